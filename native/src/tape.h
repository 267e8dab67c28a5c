// A captured step: the commands of one run, replayed with no JavaScript. Commands are not executed while they are recorded but at the
// end, or when a value is read; by then it is known where each tensor is last used, and it is freed there and not where JavaScript
// disposes of it, which for what a gradient might have wanted is the end of the step.
#pragma once
#include <memory>
#include <vector>

#include "device.h"
#include "runtime.h"

namespace anneal {

class Tape {
 public:
  // `handles`: every handle that the command reads or writes.
  void record(const double* command, size_t length, const double* handles, size_t count);
  void recordRelease(int64_t handle);
  void recordConstant(int64_t handle, Tensor value);
  // Executes what was recorded since the last flush.
  void flush();
  // On CUDA, from the second time on, as one graph.
  void replay();

 private:
  struct Entry {
    std::vector<double> command;
    std::vector<int64_t> handles;
  };
  // Sums of gradients begin as soon as their last gradient is there, while the backward pass goes on.
  std::vector<Entry> withEarlySums(std::vector<Entry> entries);
  void run(size_t from) const;
  void append(const double* command, size_t length);
  bool recordGraph();

  std::vector<Entry> pending_;
  // Each command after its length.
  std::vector<double> commands_;
  std::vector<Tensor> constants_;
  std::unique_ptr<cuda::Graph> graph_;
  // The count of moved tensors when the graph was recorded: it knows them by their addresses.
  int64_t moves_ = -1;
  // Whether it computes in bfloat16.
  bool bf16_ = false;
  // Whether it waits for other processes, which no graph can.
  bool communicates_ = false;
  int replays_ = 0, recordings_ = 0;
};

}  // namespace anneal
