/* version.h - which roost this is, and how its symbols are exported. */
#ifndef ROOST_VERSION_H
#define ROOST_VERSION_H

#define ROOST_VERSION_MAJOR 0
#define ROOST_VERSION_MINOR 1
#define ROOST_VERSION_PATCH 0
#define ROOST_VERSION_STRING "0.1.0"

#if defined(__GNUC__)
#define ROOST_API __attribute__((visibility("default")))
#else
#define ROOST_API
#endif

#ifdef __cplusplus
#define ROOST_BEGIN_DECLS extern "C" {
#define ROOST_END_DECLS }
#else
#define ROOST_BEGIN_DECLS
#define ROOST_END_DECLS
#endif

/* The structure of type `type` whose member `member` is at `pointer`: how an implementation that
 * embeds a roost_backend, roost_user, roost_mailbox or roost_content finds itself again. */
#define roost_container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

ROOST_BEGIN_DECLS

/* The version of the library that is running, for example "0.1.0". Static. */
ROOST_API const char *roost_version(void);

ROOST_END_DECLS

#endif
