// Counts the instructions that a program executes under qemu-user (7.2, Debian 12): a plugin of its translator.
//
//   cc -O2 -shared -fPIC instructions.c -o instructions.so
//   qemu-aarch64 -plugin ./instructions.so,out=FILE[,marks=FILE[,call=NUMBER]] PROGRAM...
//
// out=FILE     gets the count when the program ends, in decimal.
// marks=FILE   gets the count at each system call clock_gettime, a line each. qemu-user 7.2 gives programs no vDSO, so each look at the
//              clock is a system call: what a program times becomes what it executes between two lines. The call itself is counted.
// call=NUMBER  marks another system call in its place, by its number on that CPU.
//
// A block of translated code adds its length when it starts. A system call ends its block, so that marks are exact; a block that a
// signal or a fault leaves early is counted whole. Threads add without locks: counts are exact for one thread.
//
// Debian has no package of qemu's header; what is used of its interface, version 1, is declared here.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
typedef struct {
  const char *target_name; // the rest of qemu_info_t is not read
} plugin_info;
typedef struct qemu_plugin_tb translated_block;

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, void (*translated)(plugin_id id, translated_block *block));
void qemu_plugin_register_vcpu_tb_exec_inline(translated_block *block, int operation, void *counter, uint64_t addend);
void qemu_plugin_register_vcpu_syscall_cb(
  plugin_id id, void (*called)(plugin_id id, unsigned cpu, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
void qemu_plugin_register_atexit_cb(plugin_id id, void (*ended)(plugin_id id, void *data), void *data);
size_t qemu_plugin_tb_n_insns(const translated_block *block);

#define EXPORTED __attribute__((visibility("default")))
EXPORTED int qemu_plugin_version = 1;

enum { ADD_U64 = 0 }; // QEMU_PLUGIN_INLINE_ADD_U64

static uint64_t executed;
static FILE *out, *marks;
static int64_t marked[2]; // system calls

static void translated(plugin_id id, translated_block *block) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, ADD_U64, &executed, qemu_plugin_tb_n_insns(block));
}

static void called(
  plugin_id id, unsigned cpu, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  (void)id, (void)cpu, (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
  if (number == marked[0] || number == marked[1]) fprintf(marks, "%" PRIu64 "\n", executed);
}

static void ended(plugin_id id, void *data) {
  (void)id, (void)data;
  fprintf(out, "%" PRIu64 "\n", executed);
  fclose(out);
  if (marks) fclose(marks);
}

// The value of NAME=VALUE, opened to write, where `argument` is of this name.
static int opened(const char *argument, const char *name, FILE **file) {
  size_t length = strlen(name);
  if (strncmp(argument, name, length) != 0 || argument[length] != '=') return 0;
  *file = fopen(argument + length + 1, "w");
  if (!*file) perror(argument + length + 1);
  return *file != NULL;
}

EXPORTED int qemu_plugin_install(plugin_id id, const plugin_info *info, int count, char **arguments) {
  int64_t chosen = -1;
  for (int i = 0; i < count; i++) {
    if (sscanf(arguments[i], "call=%" SCNd64, &chosen) == 1) continue;
    if (!opened(arguments[i], "out", &out) && !opened(arguments[i], "marks", &marks)) {
      fprintf(stderr, "instructions: %s is neither out=FILE nor marks=FILE that can be written, nor call=NUMBER\n", arguments[i]);
      return 1;
    }
  }
  if (!out) {
    fprintf(stderr, "instructions: out=FILE is missing\n");
    return 1;
  }
  if (chosen >= 0) {
    marked[0] = marked[1] = chosen;
  } else if (strcmp(info->target_name, "arm") == 0) {
    marked[0] = 263, marked[1] = 403; // of 32 and of 64 bits
  } else if (strcmp(info->target_name, "x86_64") == 0) {
    marked[0] = marked[1] = 228;
  } else { // aarch64, riscv64
    marked[0] = marked[1] = 113;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  if (marks) qemu_plugin_register_vcpu_syscall_cb(id, called);
  qemu_plugin_register_atexit_cb(id, ended, NULL);
  return 0;
}
