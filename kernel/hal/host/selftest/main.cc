// Starts the kernel of tests: jacinth_host_selftest [--bench] [--cpus N].
#include <cstdio>
#include <cstdlib>
#include <string>

#include "hal/host/launcher/launch.h"

int main(int argc, char** argv) {
  jacinth::launcher::LaunchOptions options;
  options.memory = 64 << 20;
  options.cpus = 2;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--cpus" && i + 1 < argc) {
      options.cpus = static_cast<uint32_t>(std::atoi(argv[++i]));
    } else {
      options.command_line += argument + " ";
    }
  }
  try {
    jacinth::launcher::launch(options, argv);
  } catch (const jacinth::launcher::LaunchError& error) {
    std::fprintf(stderr, "jacinth_host_selftest: %s\n", error.what());
    return 1;
  }
}
