// The processes that train one net together, over libtorch's c10d.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "peer_lost.h"
#include "runtime.h"

namespace anneal {

class ProcessGroup {
 public:
  struct Options {
    int rank, worldSize;
    // `file:///PATH`, which all processes of a host see, or `tcp://HOST:PORT[/SECRET]`, where rank 0 listens; keys begin with the secret.
    std::string store;
    std::chrono::milliseconds timeout;
    // Of this host, for processes on others; empty: all are on this one.
    std::string address;
    // Whether gradients go from process to process as bfloat16. Each process sums a part of them in float32, so that a sum is rounded once.
    bool compress;
  };

  virtual ~ProcessGroup() = default;
  // How many processes have opened the group: whoever waits for them before `connect` may do so without a limit, and end when one dies.
  virtual int64_t arrived() = 0;
  // Once all have arrived.
  virtual void connect() = 0;
  virtual int rank() const = 0;
  virtual int worldSize() const = 0;
  // Sums a contiguous tensor on the CPU over all processes, in place. The bits of the result are the same in each.
  virtual void sum(Tensor values) = 0;
  virtual void broadcast(Tensor values, int root) = 0;
  // Begins to sum gradients; nothing else may write to them until `finishSums`. Tensors that are large and that nobody else has are summed where
  // they are, the others together in a buffer. Processes of one host read each other's memory when all gradients are there: sums that ran
  // meanwhile would take the cores from the backward pass.
  virtual void startSums(const std::vector<int64_t>& handles) = 0;
  // Puts the sums of all that was started into the slots.
  virtual void finishSums() = 0;

  // That of this process. @throws where none is open.
  static ProcessGroup& current();
  // Announces this process to the others.
  static void open(const Options& options);
  static void close();
};

}  // namespace anneal
