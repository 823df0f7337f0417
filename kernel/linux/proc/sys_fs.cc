// /sys: the CPUs that there are, and the directories that tools expect.
#include <array>

#include "hal/cpu.h"
#include "linux/proc/proc_fs.h"
#include "linux/proc/text_node.h"

namespace jacinth::linux {
namespace {

constexpr uint32_t kSysMagic = 0x62656572;
ErrnoOr<> cpu_range(TextSink& out) {
  const hal::CpuId count = hal::cpu_count();
  if (count == 1) {
    out.write("0\n");
  } else {
    format_to(out, "0-{}\n", count - 1);
  }
  return {};
}
ErrnoOr<> most_cpus(TextSink& out) {
  out.write("63\n");
  return {};
}
ErrnoOr<> one(TextSink& out) {
  out.write("1\n");
  return {};
}
ErrnoOr<> nothing(TextSink& out) {
  out.write("\n");
  return {};
}
ErrnoOr<> zero(TextSink& out) {
  out.write("0\n");
  return {};
}

constexpr StaticEntry kOneCpu[] = {{.name = "online", .read = one}};
constexpr StaticEntry kCpuFiles[] = {{.name = "kernel_max", .read = most_cpus},
                                     {.name = "offline", .read = nothing},
                                     {.name = "online", .read = cpu_range},
                                     {.name = "possible", .read = cpu_range},
                                     {.name = "present", .read = cpu_range}};

// /sys/devices/system/cpu: the files above, and a directory for each CPU.
class CpuDirectory final : public TextDirectory {
 public:
  explicit CpuDirectory(fs::FileSystem& system) : TextDirectory(system) {}

  ErrnoOr<RefPtr<fs::Node>> lookup(std::string_view name) override {
    if (!name.starts_with("cpu")) return make_static_node(file_system(), kCpuFiles, name);
    const int32_t number = parse_number(name.substr(3));
    if (number < 0 || number >= static_cast<int32_t>(hal::cpu_count())) return fail(Errno::NOENT);
    return make_static_directory(file_system(), kOneCpu);
  }
  ErrnoOr<> list(uint64_t position, fs::DirectorySink& sink) override {
    const uint64_t cpus = hal::cpu_count();
    for (; position < cpus; ++position) {
      std::array<char, 16> name;
      if (!sink.add(format_into(name, "cpu{}", position), number() + 1 + position,
                    fs::FileType::Directory, position + 1 + kDots))
        return {};
    }
    for (; position - cpus < std::size(kCpuFiles); ++position) {
      if (!sink.add(kCpuFiles[position - cpus].name, number() + 1 + position, fs::FileType::Regular,
                    position + 1 + kDots))
        return {};
    }
    return {};
  }
};

ErrnoOr<RefPtr<fs::Node>> make_cpus(fs::FileSystem& system) {
  return RefPtr<fs::Node>(TRY(to_errno(make_ref<CpuDirectory>(system))));
}

constexpr StaticEntry kNodes[] = {{.name = "online", .read = zero},
                                  {.name = "possible", .read = zero}};
constexpr StaticEntry kSystem[] = {{.name = "cpu", .make = make_cpus},
                                   {.name = "node", .entries = kNodes}};
constexpr StaticEntry kDevices[] = {{.name = "system", .entries = kSystem}};
constexpr StaticEntry kFileSystems[] = {{.name = "cgroup"}};
constexpr StaticEntry kRoot[] = {{.name = "block"},
                                 {.name = "bus"},
                                 {.name = "class"},
                                 {.name = "dev"},
                                 {.name = "devices", .entries = kDevices},
                                 {.name = "fs", .entries = kFileSystems},
                                 {.name = "kernel"},
                                 {.name = "module"}};

}  // namespace

ErrnoOr<RefPtr<fs::FileSystem>> create_sysfs() {
  return TextFs::create("sysfs", kSysMagic, Errno::PERM, [](fs::FileSystem& system) {
    return make_static_directory(system, kRoot);
  });
}

}  // namespace jacinth::linux
