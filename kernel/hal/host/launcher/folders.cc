#include "hal/host/launcher/folders.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "hal/host/launcher/launch.h"

namespace jacinth::launcher {

void add_folders(Ram& ram, const std::vector<std::string>& folders, host::StartInfo& info) {
  if (folders.size() > host::kMostFolders)
    throw LaunchError("more than " + std::to_string(host::kMostFolders) + " folders");
  for (const std::string& folder : folders) {
    const size_t colon = folder.rfind(':');
    if (colon == std::string::npos || colon + 1 >= folder.size() || folder[colon + 1] != '/')
      throw LaunchError("--bind " + folder + ": HOSTDIR:DIR, with DIR from the root");
    const std::string path = folder.substr(0, colon);
    const std::string place = folder.substr(colon + 1);
    const int file = open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) throw LaunchError(path + ": " + std::strerror(errno));
    info.folders[info.folder_count++] = {.file = file,
                                         .place = ram.add_bytes(std::as_bytes(std::span(place)))};
  }
  // Modes are the programs' choice, with their own mask taken off already.
  if (!folders.empty()) umask(0);
}

}  // namespace jacinth::launcher
