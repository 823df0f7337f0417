// One static binary that runs natively and inside alike: each measurement in a child of its own, so
// that what is not there yet, or dies, takes nothing else with it.
#pragma once

#include <stdbool.h>

// What a measurement is given: how often to do what it measures, and where to note the time.
struct run {
  long count;
  long long began, ended;  // nanoseconds
  double bytes;            // instead, where memory is measured
};

void begin(struct run* run);
void end(struct run* run);

// False: it is not supported here, and errno tells why.
typedef bool body(struct run* run);
struct measurement {
  const char* name;
  body* body;
  long count;
};

// Each ends with one that has no name.
extern const struct measurement call_measurements[];
extern const struct measurement file_measurements[];
extern const struct measurement message_measurements[];
extern const struct measurement task_measurements[];
extern const struct measurement memory_measurements[];

// Where files are made, and what exec starts.
extern const char* work_directory;
extern const char* own_program;
extern const char* shell_program;

// Starts another thread or a child; ends the measurement when that cannot be.
void start_thread(void* (*body)(void*), void* argument);
int start_child(void (*body)(void*), void* argument);
