/* content.c - immutable, reference-counted bytes. */
#include <roost/content.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

#define HAS_OP(content, member) \
	((content)->ops->size >= \
			offsetof(struct roost_content_ops, member) + sizeof(void (*)(void)) && \
		(content)->ops->member != NULL)

void roost_content_init(
	struct roost_content *content, const struct roost_content_ops *ops, uint64_t size)
{
	content->ops = ops;
	content->size = size;
	content->refs = 1;
}

struct roost_content *roost_content_ref(struct roost_content *content)
{
	(void)__atomic_add_fetch(&content->refs, 1, __ATOMIC_RELAXED);
	return content;
}

void roost_content_unref(struct roost_content *content)
{
	if (content != NULL && __atomic_sub_fetch(&content->refs, 1, __ATOMIC_ACQ_REL) == 0) {
		content->ops->destroy(content);
	}
}

int64_t roost_content_read(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	size_t done = 0;

	if (offset >= content->size) {
		return 0;
	}
	if (n > content->size - offset) {
		n = (size_t)(content->size - offset);
	}
	while (done < n) {
		int64_t got = content->ops->read_at(
			content, offset + done, (char *)buffer + done, n - done);
		if (got < 0) {
			return got;
		}
		if (got == 0 || (uint64_t)got > n - done) {
			return ROOST_ERR_CORRUPT; /* shorter than it said */
		}
		done += (size_t)got;
	}
	return (int64_t)done;
}

const void *roost_content_pointer(struct roost_content *content)
{
	return HAS_OP(content, pointer) ? content->ops->pointer(content) : NULL;
}

int roost_content_descriptor(struct roost_content *content, int *fd_out, uint64_t *offset_out)
{
	return HAS_OP(content, descriptor) ? content->ops->descriptor(content, fd_out, offset_out)
					   : ROOST_ERR_NOT_SUPPORTED;
}

struct memory_content {
	struct roost_content base;
	const char *bytes;
	void (*release)(void *context, const void *bytes);
	void *context;
	char copy[];
};

static int64_t memory_read_at(
	struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct memory_content *memory = roost_container_of(content, struct memory_content, base);

	memcpy(buffer, memory->bytes + offset, n);
	return (int64_t)n;
}

static const void *memory_pointer(struct roost_content *content)
{
	return roost_container_of(content, struct memory_content, base)->bytes;
}

static void memory_destroy(struct roost_content *content)
{
	struct memory_content *memory = roost_container_of(content, struct memory_content, base);

	if (memory->release != NULL) {
		memory->release(memory->context, memory->bytes);
	}
	free(memory);
}

static const struct roost_content_ops memory_ops = {
	.size = sizeof(memory_ops),
	.read_at = memory_read_at,
	.pointer = memory_pointer,
	.destroy = memory_destroy,
};

int roost_content_create_copy(const void *bytes, size_t n, struct roost_content **content_out)
{
	struct memory_content *memory =
		n > SIZE_MAX - sizeof(*memory) ? NULL : malloc(sizeof(*memory) + n);

	if (memory == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*memory = (struct memory_content) { .bytes = memory->copy };
	roost_content_init(&memory->base, &memory_ops, n);
	if (n > 0) {
		memcpy(memory->copy, bytes, n);
	}
	*content_out = &memory->base;
	return 0;
}

int roost_content_create_borrowed(const void *bytes, size_t n,
	void (*release)(void *context, const void *bytes), void *context,
	struct roost_content **content_out)
{
	struct memory_content *memory = malloc(sizeof(*memory));

	if (memory == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*memory = (struct memory_content) {
		.bytes = bytes == NULL ? "" : bytes, .release = release, .context = context
	};
	roost_content_init(&memory->base, &memory_ops, n);
	*content_out = &memory->base;
	return 0;
}

struct file_content {
	struct roost_content base;
	int fd;
	uint64_t offset;
};

static int64_t file_read_at(struct roost_content *content, uint64_t offset, void *buffer, size_t n)
{
	struct file_content *file = roost_container_of(content, struct file_content, base);
	ssize_t got;

	do {
		got = pread(file->fd, buffer, n, (off_t)(file->offset + offset));
	} while (got < 0 && errno == EINTR);
	return got < 0 ? ROOST_ERR_IO : got;
}

static int file_descriptor(struct roost_content *content, int *fd_out, uint64_t *offset_out)
{
	struct file_content *file = roost_container_of(content, struct file_content, base);

	*fd_out = file->fd;
	*offset_out = file->offset;
	return 0;
}

static void file_destroy(struct roost_content *content)
{
	struct file_content *file = roost_container_of(content, struct file_content, base);

	close(file->fd);
	free(file);
}

static const struct roost_content_ops file_ops = {
	.size = sizeof(file_ops),
	.read_at = file_read_at,
	.descriptor = file_descriptor,
	.destroy = file_destroy,
};

int roost_content_create_fd(int fd, uint64_t offset, uint64_t n, struct roost_content **content_out)
{
	struct file_content *file = malloc(sizeof(*file));

	if (file == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*file = (struct file_content) { .fd = fd, .offset = offset };
	roost_content_init(&file->base, &file_ops, n);
	*content_out = &file->base;
	return 0;
}
