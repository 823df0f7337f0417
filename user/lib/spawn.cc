#include "lib/spawn.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "lib/processargs.h"
#include "lib/startup.h"

namespace user {
namespace {

constexpr uint64_t kDefaultStack = 256 * 1024;
constexpr uint64_t kPage = 4096;

struct Parts {
  Handle process;
  Handle vmar;
  Handle thread;
  Handle to_program;  // our end of its bootstrap channel
  Handle bootstrap;   // its end
};

zx_status_t make_parts(const Program& program, Parts* parts) {
  zx_status_t status = zx_process_create(program.job, program.name.data(), program.name.size(), 0,
                                         parts->process.out(), parts->vmar.out());
  if (status != ZX_OK) return status;
  status = zx_thread_create(parts->process.get(), program.name.data(), program.name.size(), 0,
                            parts->thread.out());
  if (status != ZX_OK) return status;
  return zx_channel_create(0, parts->to_program.out(), parts->bootstrap.out());
}

// The whole vDSO VMO, mapped here for as long as its headers are read.
class MappedVdso {
 public:
  explicit MappedVdso(zx_handle_t vmo) {
    uint64_t size = 0;
    zx_vaddr_t address = 0;
    if (zx_vmo_get_size(vmo, &size) != ZX_OK ||
        zx_vmar_map(root_vmar(), ZX_VM_PERM_READ, 0, vmo, 0, size, &address) != ZX_OK)
      return;
    file_ = {.vmo = vmo, .offset = 0, .bytes = {reinterpret_cast<const std::byte*>(address), size}};
  }
  ~MappedVdso() {
    if (!file_.bytes.empty())
      zx_vmar_unmap(root_vmar(), reinterpret_cast<zx_vaddr_t>(file_.bytes.data()),
                    file_.bytes.size());
  }
  MappedVdso(const MappedVdso&) = delete;
  MappedVdso& operator=(const MappedVdso&) = delete;
  const FileView& file() const { return file_; }

 private:
  FileView file_;
};

zx_status_t make_stack(zx_handle_t vmar, uint64_t size, zx_vaddr_t* top) {
  Handle stack;
  zx_status_t status = zx_vmo_create(size, 0, stack.out());
  if (status != ZX_OK) return status;
  constexpr std::string_view kName = "stack";
  zx_object_set_property(stack.get(), ZX_PROP_NAME, kName.data(), kName.size());
  // A page that is not mapped below the stack turns an overflow into a fault.
  Handle region;
  zx_vaddr_t base = 0;
  status = zx_vmar_allocate(vmar, ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC,
                            0, size + kPage, region.out(), &base);
  if (status != ZX_OK) return status;
  zx_vaddr_t at = 0;
  status = zx_vmar_map(region.get(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, kPage,
                       stack.get(), 0, size, &at);
  if (status != ZX_OK) return status;
  // As after a call instruction: 8 below a multiple of 16.
  *top = at + size - 8;
  return ZX_OK;
}

void add_self(MessageBuilder& message, const Program& program, const Parts& parts) {
  message.add_handle(PA_HND(PA_PROC_SELF, 0), parts.process.duplicate());
  message.add_handle(PA_HND(PA_VMAR_ROOT, 0), parts.vmar.duplicate());
  message.add_handle(PA_HND(PA_THREAD_SELF, 0), parts.thread.duplicate());
  Handle job;
  zx_handle_duplicate(program.job, ZX_RIGHT_SAME_RIGHTS, job.out());
  message.add_handle(PA_HND(PA_JOB_DEFAULT, 0), static_cast<Handle&&>(job));
  Handle vdso;
  zx_handle_duplicate(program.vdso, ZX_RIGHT_SAME_RIGHTS, vdso.out());
  message.add_handle(PA_HND(PA_VMO_VDSO, 0), static_cast<Handle&&>(vdso));
}

// What the dynamic linker is told before the program's own message: the file to load, and where to
// ask for its libraries.
zx_status_t send_linker_message(Program& program, const Parts& parts) {
  MessageBuilder message;
  message.add_handle(PA_HND(PA_PROC_SELF, 0), parts.process.duplicate());
  message.add_handle(PA_HND(PA_VMAR_ROOT, 0), parts.vmar.duplicate());
  message.add_handle(PA_HND(PA_THREAD_SELF, 0), parts.thread.duplicate());
  Handle file;
  const zx_status_t status = zx_vmo_create_child(
      program.file.vmo, ZX_VMO_CHILD_SLICE | ZX_VMO_CHILD_NO_WRITE, program.file.offset,
      (program.file.bytes.size() + kPage - 1) & ~(kPage - 1), file.out());
  if (status != ZX_OK) return status;
  message.add_handle(PA_HND(PA_VMO_EXECUTABLE, 0), static_cast<Handle&&>(file));
  message.add_handle(PA_HND(PA_LDSVC_LOADER, 0), static_cast<Handle&&>(program.loader_service));
  return message.write(parts.to_program.get(), {}, {});
}

zx_status_t populate(Program& program, Parts& parts, LoadedImage* image, LoadedImage* vdso,
                     zx_vaddr_t* stack) {
  const auto elf = jacinth::image::Elf::parse(program.file.bytes);
  if (!elf) return ZX_ERR_IO_DATA_INTEGRITY;
  const bool linked = elf->interpreter().has_value();
  if (linked && program.dynamic_linker.bytes.empty()) return ZX_ERR_NOT_FOUND;

  zx_status_t status =
      load_image(parts.vmar.get(), linked ? program.dynamic_linker : program.file, image);
  if (status != ZX_OK) return status;
  const MappedVdso mapped(program.vdso);
  status = load_image(parts.vmar.get(), mapped.file(), vdso);
  if (status != ZX_OK) return status;
  const uint64_t wanted = elf->stack_size().value_or(0);
  status = make_stack(parts.vmar.get(),
                      wanted == 0 ? kDefaultStack : (wanted + kPage - 1) & ~(kPage - 1), stack);
  if (status != ZX_OK) return status;
  if (linked) status = send_linker_message(program, parts);
  if (status != ZX_OK) return status;

  MessageBuilder message;
  add_self(message, program, parts);
  for (GivenHandle& given : program.handles)
    message.add_handle(given.info, static_cast<Handle&&>(given.handle));
  return message.write(parts.to_program.get(), program.arguments, program.environment);
}

}  // namespace

PreparedProgram::~PreparedProgram() {
  if (process_) zx_task_kill(process_.get());
}

zx_status_t PreparedProgram::start(Handle* process) {
  const zx_status_t status =
      zx_process_start(process_.get(), thread_.get(), entry_, stack_, bootstrap_.release(), vdso_);
  if (status == ZX_OK) *process = static_cast<Handle&&>(process_);
  return status;
}

zx_status_t prepare(Program& program, PreparedProgram* prepared) {
  Parts parts;
  LoadedImage image;
  LoadedImage vdso;
  zx_status_t status = make_parts(program, &parts);
  if (status == ZX_OK) status = populate(program, parts, &image, &vdso, &prepared->stack_);
  program.loader_service.reset();
  // Handles that did not get as far as the message.
  for (GivenHandle& given : program.handles) given.handle.reset();
  prepared->process_ = static_cast<Handle&&>(parts.process);
  if (status != ZX_OK) {
    *prepared = {};
    return status;
  }
  prepared->thread_ = static_cast<Handle&&>(parts.thread);
  prepared->bootstrap_ = static_cast<Handle&&>(parts.bootstrap);
  prepared->entry_ = image.entry;
  prepared->vdso_ = vdso.base;
  return ZX_OK;
}

zx_status_t spawn(Program& program, Handle* process) {
  PreparedProgram prepared;
  const zx_status_t status = prepare(program, &prepared);
  return status == ZX_OK ? prepared.start(process) : status;
}

}  // namespace user
