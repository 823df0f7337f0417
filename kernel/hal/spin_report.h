// Where CPUs wait for one another without sleeping: at spin locks and the like.
#pragma once

#include "text/format.h"

namespace jacinth::hal {

// Writes a line for each function that has waited so since the last report, the one that waited
// longest first: "NAME: N waits, M rounds", a round being one look at what it waits for. A machine
// that does not count says so.
void write_spin_report(TextSink& out);

}  // namespace jacinth::hal
