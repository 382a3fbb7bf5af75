/* facts.h - search keys that are answered from the facts of a message alone. */
#ifndef SEARCH_FACTS_H
#define SEARCH_FACTS_H

#include <stdbool.h>

#include <roost/backend.h>
#include <roost/search.h>

/* NOT and OR nest as deep as a command may; the library puts an AND between any two of them. */
#define FACTS_MAX_DEPTH (3 * ROOST_MAX_NESTING)

/* Whether the message matches a key that needs neither outline nor content. A fact that the message
 * does not have matches nothing. */
bool facts_match(const struct roost_search *search, const struct roost_message *message);

#endif
