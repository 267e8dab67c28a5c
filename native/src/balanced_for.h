// A parallel loop for a machine that other threads use too: loaders take turns on the same cores.
#pragma once
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace anneal {

// Calls `makeWorker()(index)` for every index below `count`. Each thread makes a worker and has a share of neighbouring indices, the same
// in every loop of this count, so that its caches hold what it wrote before; a thread that is done takes what others have not begun.
template <class MakeWorker>
void balancedFor(int64_t count, const MakeWorker& makeWorker) {
  const int64_t shares = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), count));
  const auto bound = [&](int64_t share) { return share * count / shares; };
  std::vector<std::atomic<int64_t>> next(shares);
  for (int64_t share = 0; share < shares; share++) next[share] = bound(share);
  at::parallel_for(0, shares, 1, [&](int64_t from, int64_t to) {
    const auto worker = makeWorker();
    for (int64_t own = from; own < to; own++)
      for (int64_t other = 0; other < shares; other++) {
        const int64_t share = (own + other) % shares, end = bound(share + 1);
        for (int64_t i = next[share].fetch_add(1); i < end; i = next[share].fetch_add(1)) worker(i);
      }
  });
}

}  // namespace anneal
