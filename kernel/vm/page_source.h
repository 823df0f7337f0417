// PageSource: where the pages of a VMO come from when they are first needed, if not out of nothing.
#pragma once

#include <cstdint>

#include "base/ref_ptr.h"
#include "base/result.h"
#include "exec/task.h"

namespace jacinth::vm {

class Vmo;

// One VMO's. Its pages are absent until Vmo::supply() brings them; who needs one before that waits
// in fetch(). Calls are made without locks that rank as high as Signals, but for attached().
class PageSource : public RefCounted {
 public:
  // Whether it still brings pages; any lock may be held.
  virtual bool attached() const = 0;
  // Asks for the absent pages [first, first + count) and waits for some of them, starting with the
  // first. OK: something has changed, try again. BAD_STATE: no page will come any more.
  // INTERNAL_INTR_RETRY: killed or suspended. Any other status is what the source says about them.
  virtual exec::Task<Status> fetch(Vmo& vmo, uint64_t first, uint64_t count) = 0;
  // Pages have come, or `vmo` has another size: those who wait may go on.
  virtual void changed(Vmo& vmo) = 0;
  // The VMO dies.
  virtual void vmo_gone() = 0;
  // Tells whose it is.
  virtual const void* owner() const = 0;
};

}  // namespace jacinth::vm
