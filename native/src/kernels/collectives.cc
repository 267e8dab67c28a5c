// Sums of gradients over all processes that train together.
#include "../process_group.h"

namespace anneal {

static std::vector<int64_t> handlesOf(Command& c) {
  std::vector<int64_t> handles(static_cast<size_t>(c.integer()));
  for (auto& handle : handles) handle = c.integer();
  return handles;
}

ANNEAL_KERNEL(StartGradientSums) { ProcessGroup::current().startSums(handlesOf(c)); }

// Mentions the gradients, so that what is on a tape knows that they are read here.
ANNEAL_KERNEL(FinishGradientSums) { ProcessGroup::current().finishSums(); }

}  // namespace anneal
