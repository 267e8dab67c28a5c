// Direct CUDA calls; stubs in a build without CUDA.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace anneal::cuda {

// Whether libtorch has CUDA and there is a device. Float32 is then float32: no products in TensorFloat-32.
bool initialise();
std::string deviceName();
void synchronize();
// While there is one, cuDNN tries its algorithms on each new shape and keeps the fastest: for runs that will be repeated.
class CudnnBenchmarkScope {
 public:
  CudnnBenchmarkScope();
  ~CudnnBenchmarkScope();
  CudnnBenchmarkScope(const CudnnBenchmarkScope&) = delete;
  CudnnBenchmarkScope& operator=(const CudnnBenchmarkScope&) = delete;
};

// Everything that a run launches, launched again as one. It reads and writes the same memory each time, its intermediates are in
// memory that only it uses, and nothing is allocated, freed or looked up on the way.
class Graph {
 public:
  virtual ~Graph() = default;
  virtual void launch() = 0;
};

// Records what `run` launches, without running it; null where it does what a graph cannot.
std::unique_ptr<Graph> record(const std::function<void()>& run);

}  // namespace anneal::cuda
