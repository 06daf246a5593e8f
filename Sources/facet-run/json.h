/// JSON as files of costs have it: a place in a text, from where values are taken or passed over one after the other.
#ifndef FACET_RUN_JSON_H
#define FACET_RUN_JSON_H
#include <stddef.h>
#include <stdint.h>

/// `at` is NULL after an error, and then stays so.
typedef struct {
  const char *at;
  const char *end;
} json;

void json_skip_space(json *j);
/// Whether this character comes next; it is then taken.
int json_take(json *j, char c);
/// A string without its quotes, escapes left as they are; NULL where there is none.
const char *json_string(json *j, size_t *length);
/// Whether a string is this word.
int json_is(const char *text, size_t length, const char *word);
/// A whole number that is not negative.
uint64_t json_number(json *j);
/// Passes over any value but a negative number, which no file of costs has; `depth` counts what it is within.
void json_skip(json *j, int depth);
/// The key of the next member of an object, after its brace (`first` 1) or a comma; NULL at its end or after an error.
const char *json_member(json *j, int first, size_t *length);

#endif
