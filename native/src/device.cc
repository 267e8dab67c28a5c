#include "device.h"

#include <c10/util/Exception.h>

#ifdef ANNEAL_CUDA

// First: the others ask which version it is.
#include <cuda.h>

#include <ATen/Context.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>

namespace anneal::cuda {

bool initialise() {
  if (!at::globalContext().hasCUDA()) return false;
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setAllowTF32CuDNN(false);
  return true;
}

std::string deviceName() {
  cudaDeviceProp properties;
  return cudaGetDeviceProperties(&properties, 0) == cudaSuccess ? properties.name : "CUDA device 0";
}

void synchronize() { c10::cuda::device_synchronize(); }

CudnnBenchmarkScope::CudnnBenchmarkScope() { at::globalContext().setBenchmarkCuDNN(true); }
CudnnBenchmarkScope::~CudnnBenchmarkScope() { at::globalContext().setBenchmarkCuDNN(false); }

namespace {

class CapturedGraph : public Graph {
 public:
  at::cuda::CUDAGraph graph;
  // The device may still be at it.
  ~CapturedGraph() override { synchronize(); }
  void launch() override { graph.replay(); }
};

}  // namespace

std::unique_ptr<Graph> record(const std::function<void()>& run) {
  synchronize();
  // What the runs before it took for intermediates is taken again, by the graph.
  c10::cuda::CUDACachingAllocator::emptyCache();
  auto captured = std::make_unique<CapturedGraph>();
  const c10::cuda::CUDAStreamGuard stream(at::cuda::getStreamFromPool());
  bool complete = false;
  try {
    captured->graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    run();
    complete = true;
  } catch (const std::exception&) {
  }
  try {
    captured->graph.capture_end();
  } catch (const std::exception&) {
    complete = false;
  }
  return complete ? std::move(captured) : nullptr;
}

}  // namespace anneal::cuda

#else

namespace anneal::cuda {

bool initialise() { return false; }
std::string deviceName() { return ""; }
void synchronize() {}
CudnnBenchmarkScope::CudnnBenchmarkScope() = default;
CudnnBenchmarkScope::~CudnnBenchmarkScope() = default;
std::unique_ptr<Graph> record(const std::function<void()>&) { return nullptr; }

}  // namespace anneal::cuda

#endif
