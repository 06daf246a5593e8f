// Reads the header of an npy file: magic, version, length, then a Python dictionary literal with the keys descr, fortran_order
// and shape in any order (NumPy Enhancement Proposal 1). Only what facet-run takes is accepted: little-endian float32 or float64, or
// uint8, C order, one to four axes.
#include "input.h"
#include <string.h>

typedef struct {
  const uint8_t *at, *end;
} cursor;

static void skip_spaces(cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t')) c->at++;
}

static int take(cursor *c, char wanted) {
  skip_spaces(c);
  if (c->at >= c->end || *c->at != (uint8_t)wanted) return 0;
  c->at++;
  return 1;
}

/// A quoted word without escapes.
static int quoted(cursor *c, char *word, size_t size) {
  skip_spaces(c);
  if (c->at >= c->end || (*c->at != '\'' && *c->at != '"')) return 0;
  const uint8_t quote = *c->at++;
  size_t length = 0;
  for (; c->at < c->end && *c->at != quote; c->at++) {
    if (length + 1 >= size || *c->at == '\\') return 0;
    word[length++] = (char)*c->at;
  }
  if (c->at >= c->end) return 0;
  c->at++;
  word[length] = 0;
  return 1;
}

static int bare(cursor *c, const char *word) {
  skip_spaces(c);
  const size_t length = strlen(word);
  if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length)) return 0;
  c->at += length;
  return 1;
}

static int shape(cursor *c, npy_header *h) {
  if (!take(c, '(')) return 0;
  for (h->rank = 0; !take(c, ')');) {
    if (h->rank == 4) return 0;
    skip_spaces(c);
    uint64_t value = 0;
    const uint8_t *start = c->at;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
      value = value * 10 + (uint64_t)(*c->at - '0');
      if (value > UINT32_MAX) return 0;
    }
    if (c->at == start) return 0;
    h->shape[h->rank++] = value;
    if (!take(c, ',')) return take(c, ')');
  }
  return 1;
}

size_t npy_header_bytes(const uint8_t *bytes, size_t count) {
  if (count < 12 || memcmp(bytes, "\x93NUMPY", 6) || bytes[6] < 1 || bytes[6] > 3) return 0;
  uint64_t length = bytes[8] | (uint64_t)bytes[9] << 8;
  if (bytes[6] > 1) length |= (uint64_t)bytes[10] << 16 | (uint64_t)bytes[11] << 24;
  length += bytes[6] > 1 ? 12 : 10;
  return length <= SIZE_MAX / 2 ? (size_t)length : 0;
}

int npy_parse(npy_header *h, const uint8_t *bytes, size_t count, const char **reason) {
  *h = (npy_header){0};
  *reason = "not an npy file, or its header is damaged";
  h->data = npy_header_bytes(bytes, count);
  if (!h->data || h->data > count) return 0;
  const size_t start = bytes[6] > 1 ? 12 : 10;
  cursor c = {bytes + start, bytes + h->data};
  int has_type = 0, has_order = 0, has_shape = 0, is_fortran = 0;
  if (!take(&c, '{')) return 0;
  while (!take(&c, '}')) {
    char key[16], type[16];
    if (!quoted(&c, key, sizeof key) || !take(&c, ':')) return 0;
    if (!strcmp(key, "descr")) {
      *reason = "the element type is not uint8, or little-endian float32 or float64";
      if (!quoted(&c, type, sizeof type)) return 0;
      // '=' is this machine's order.
      const char *plain = type + strspn(type, "<|=");
      h->element_bytes = !strcmp(plain, "f4") ? sizeof(float) : !strcmp(plain, "f8") ? sizeof(double) : 1;
      h->is_float = h->element_bytes > 1;
      if (!h->is_float && strcmp(plain, "u1")) return 0;
      has_type = 1;
    } else if (!strcmp(key, "fortran_order")) {
      is_fortran = bare(&c, "True");
      if (!is_fortran && !bare(&c, "False")) return 0;
      has_order = 1;
    } else if (!strcmp(key, "shape")) {
      *reason = "the shape is not one of up to four axes";
      if (!shape(&c, h)) return 0;
      has_shape = 1;
    } else {
      return 0;
    }
    *reason = "not an npy file, or its header is damaged";
    if (!take(&c, ',')) {
      if (!take(&c, '}')) return 0;
      break;
    }
  }
  int long_axes = 0;
  for (int i = 0; i < h->rank; i++) long_axes += h->shape[i] != 1;
  if (is_fortran && long_axes > 1) return *reason = "the array is in Fortran order: save it in C order", 0;
  return has_type && has_order && has_shape;
}
