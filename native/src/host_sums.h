// Sums over the processes of one host, which read each other's memory: only a few integers go through sockets.
#pragma once
#include <ATen/Functions.h>

#include <functional>
#include <memory>
#include <vector>

#include "runtime.h"

namespace anneal {

class HostSums {
 public:
  // Adds a tensor of int64 over all processes, in place; returns when all have taken part.
  using Exchange = std::function<void(Tensor)>;

  // nullptr, in all of them, where one cannot read the memory of another: on different hosts, in different containers, or where the system forbids it.
  static std::unique_ptr<HostSums> between(size_t rank, size_t worldSize, const Exchange& exchange);

  // Sums flat tensors of float32 or bfloat16 on the CPU over all processes, in place. All call it with the same types and sizes in the same order,
  // and get the same bits: one of them sums an element, in float32, and rounds once.
  // @throws PeerLost
  void sum(const std::vector<Tensor>& tensors) const;

 private:
  HostSums(size_t rank, Exchange exchange, std::vector<int64_t> processes)
      : rank_(rank), exchange_(std::move(exchange)), processes_(std::move(processes)) {}

  const size_t rank_;
  const Exchange exchange_;
  // Process identifiers by rank.
  const std::vector<int64_t> processes_;
};

}  // namespace anneal
