/* roost.h - all of libroost's interface. See each header for what it is for. */
#ifndef ROOST_ROOST_H
#define ROOST_ROOST_H

#include <roost/backend.h>
#include <roost/call.h>
#include <roost/check.h>
#include <roost/conn.h>
#include <roost/content.h>
#include <roost/error.h>
#include <roost/flags.h>
#include <roost/limits.h>
#include <roost/memory.h>
#include <roost/outline.h>
#include <roost/search.h>
#include <roost/server.h>
#include <roost/uidset.h>
#include <roost/updates.h>
#include <roost/util.h>
#include <roost/version.h>

#endif
