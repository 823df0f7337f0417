// What the call tracer knows about each system call: names, and how arguments are to be read.
#pragma once

#include <cstdint>

namespace jacinth::zircon {

enum class ArgumentKind : uint8_t {
  Handle,
  Status,
  Rights,
  Signals,
  Koid,
  Time,
  Duration,
  Address,
  Bool,
  Uint8,
  Uint16,
  Int32,
  Uint32,
  Int64,
  Uint64,
  Pointer,     // to memory that the call reads, and perhaps writes
  OutPointer,  // to memory that the call only writes
  Text,        // to characters that the call reads
};

enum class ResultKind : uint8_t {
  Status,
  Count,  // a status, or a positive number
  Value,  // a 64-bit number
  Never,  // the call does not return
};

struct ArgumentDescription {
  uint16_t name_at;  // among the names
  ArgumentKind kind;
  // The index of the argument that tells a pointer's number of elements; -1: there is one element.
  int8_t length_argument;
  // That of one to multiply it with; -1: none.
  int8_t length_factor;
  uint16_t element_bytes;  // of a pointer

  const char* name() const;
};

struct CallDescription {
  const char* name;  // without "zx_"
  const ArgumentDescription* arguments;
  uint16_t number;
  ResultKind result;
  uint8_t argument_count;
};

// Null when there is no such call.
const CallDescription* describe_syscall(uint64_t number);

}  // namespace jacinth::zircon
