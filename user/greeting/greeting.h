// libgreeting.so: a shared library to see dynamic linking at work.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

// "Hello, NAME, from a shared library!", cut to the buffer.
std::string_view greet(std::span<char> text, std::string_view name);

// How many greetings there have been. A variable, because programs may use those of libraries too.
extern int greetings_made;
