#include "json.h"
#include <string.h>

enum { MAXIMUM_DEPTH = 16 };

void json_skip_space(json *j) {
  while (j->at && j->at < j->end && *j->at && strchr(" \t\r\n", *j->at)) j->at++;
}

int json_take(json *j, char c) {
  json_skip_space(j);
  if (!j->at || j->at >= j->end || *j->at != c) return 0;
  j->at++;
  return 1;
}

const char *json_string(json *j, size_t *length) {
  if (!json_take(j, '"')) return j->at = NULL, NULL;
  const char *start = j->at;
  while (j->at < j->end && *j->at != '"') j->at += *j->at == '\\' && j->at + 1 < j->end ? 2 : 1;
  if (j->at >= j->end) return j->at = NULL, NULL;
  *length = (size_t)(j->at - start);
  j->at++;
  return start;
}

int json_is(const char *text, size_t length, const char *word) { return text && length == strlen(word) && !memcmp(text, word, length); }

uint64_t json_number(json *j) {
  json_skip_space(j);
  uint64_t value = 0;
  const char *start = j->at;
  while (j->at && j->at < j->end && *j->at >= '0' && *j->at <= '9' && j->at - start < 18) value = value * 10 + (uint64_t)(*j->at++ - '0');
  if (j->at == start) j->at = NULL;
  return value;
}

void json_skip(json *j, int depth) {
  size_t length;
  json_skip_space(j);
  if (!j->at || j->at >= j->end || depth > MAXIMUM_DEPTH) {
    j->at = NULL;
  } else if (*j->at == '"') {
    json_string(j, &length);
  } else if (*j->at == '{' || *j->at == '[') {
    const int is_object = *j->at == '{';
    const char close = is_object ? '}' : ']';
    j->at++;
    if (json_take(j, close)) return;
    do {
      if (is_object && (!json_string(j, &length) || !json_take(j, ':'))) j->at = NULL;
      if (j->at) json_skip(j, depth + 1);
    } while (j->at && json_take(j, ','));
    if (j->at && !json_take(j, close)) j->at = NULL;
  } else {
    const char *start = j->at;
    while (j->at < j->end && *j->at && strchr(".0123456789aeflnrstuE", *j->at)) j->at++;
    if (j->at == start) j->at = NULL;
  }
}

const char *json_member(json *j, int first, size_t *length) {
  if (json_take(j, '}') || !j->at) return NULL;
  if (!first && !json_take(j, ',')) return j->at = NULL, NULL;
  const char *key = json_string(j, length);
  if (key && !json_take(j, ':')) return j->at = NULL, NULL;
  return key;
}
