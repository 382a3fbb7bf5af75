/* info.c - a connection's own copy of what is known of its peer. */
#include "session/info.h"

#include <stdlib.h>
#include <string.h>

static size_t string_size(const char *string)
{
	return string == NULL ? 0 : strlen(string) + 1;
}

static const char *put(char **end, const void *bytes, size_t n)
{
	char *start = *end;

	if (bytes == NULL) {
		return NULL;
	}
	memcpy(start, bytes, n);
	*end += n;
	return start;
}

int info_copy(const struct roost_conn_info *given, struct conn_info **copy_out)
{
	struct roost_conn_info info = { .size = sizeof(info) };

	if (given != NULL) {
		memcpy(&info, given, given->size < sizeof(info) ? given->size : sizeof(info));
		info.size = sizeof(info);
	}
	if (info.remote_address == NULL) {
		info.remote_address = "";
	}
	if (info.local_address == NULL) {
		info.local_address = "";
	}
	size_t certificate = info.client_certificate == NULL ? 0 : info.client_certificate_size;
	struct conn_info *copy = malloc(
		sizeof(*copy) + string_size(info.remote_address) + string_size(info.local_address) +
		string_size(info.tls_version) + string_size(info.tls_cipher) + certificate);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	char *end = copy->bytes;
	copy->info = info;
	copy->info.remote_address =
		put(&end, info.remote_address, string_size(info.remote_address));
	copy->info.local_address = put(&end, info.local_address, string_size(info.local_address));
	copy->info.tls_version = put(&end, info.tls_version, string_size(info.tls_version));
	copy->info.tls_cipher = put(&end, info.tls_cipher, string_size(info.tls_cipher));
	copy->info.client_certificate = put(&end, info.client_certificate, certificate);
	*copy_out = copy;
	return 0;
}
