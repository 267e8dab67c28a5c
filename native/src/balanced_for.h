// A parallel loop for a machine that other threads use too: loaders take turns on the same cores.
#pragma once
#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace anneal {

// Calls `makeWorker()(index)` for every index below `count`. Each thread makes a worker and has a part of neighbouring indices, the same
// in every loop of this count, so that its caches hold what it wrote before; a thread that is done takes what others have not begun.
template <class MakeWorker>
void balancedFor(int64_t count, const MakeWorker& makeWorker) {
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), count));
  const auto bound = [&](int64_t part) { return part * count / parts; };
  std::vector<std::atomic<int64_t>> next(parts);
  for (int64_t part = 0; part < parts; part++) next[part] = bound(part);
  at::parallel_for(0, parts, 1, [&](int64_t from, int64_t to) {
    const auto worker = makeWorker();
    for (int64_t own = from; own < to; own++)
      for (int64_t other = 0; other < parts; other++) {
        const int64_t part = (own + other) % parts, end = bound(part + 1);
        for (int64_t i = next[part].fetch_add(1); i < end; i = next[part].fetch_add(1)) worker(i);
      }
  });
}

}  // namespace anneal
