#include "runtime.h"

#include "device.h"
#include "process_group.h"

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>

#include <chrono>
#include <sstream>
#include <stdexcept>

namespace anneal {

Runtime& Runtime::get() {
  // Never destroyed: at the end of the process the device may be gone before its tensors.
  static Runtime& runtime = *new Runtime;
  return runtime;
}

Slot& Runtime::slot(int64_t handle) {
  TORCH_CHECK(handle >= 0, "handle ", handle, " is not valid");
  const auto index = static_cast<size_t>(handle);
  if (index >= slots_.size()) slots_.resize(std::max<size_t>(index + 1, slots_.size() * 2));
  if (!slots_[index]) slots_[index] = std::make_unique<Slot>();
  return *slots_[index];
}

void Runtime::set(int64_t handle, Tensor value) {
  Slot& target = slot(handle);
  if (target.value.defined()) {
    liveBytes -= static_cast<int64_t>(target.value.nbytes());
    liveTensors--;
  }
  target.auxiliary.reset();
  target.bf16Copy.reset();
  target.value = std::move(value);
  liveBytes += static_cast<int64_t>(target.value.nbytes());
  liveTensors++;
}

void Runtime::release(int64_t handle) {
  Slot& target = slot(handle);
  if (!target.value.defined()) return;
  liveBytes -= static_cast<int64_t>(target.value.nbytes());
  liveTensors--;
  target = Slot();
}

void Runtime::dropBf16Copies() {
  for (const auto& slot : slots_)
    if (slot) slot->bf16Copy.reset();
}

Dims Command::dims() {
  Dims sizes(integer());
  for (auto& size : sizes) size = integer();
  return sizes;
}

at::ScalarType Command::dtype() {
  switch (integer()) {
    case 0: return at::kFloat;
    case 1: return at::kInt;
    case 2: return at::kBool;
    default: TORCH_CHECK(false, "unknown dtype code");
  }
}

Tensor Command::tensor() {
  lastHandle_ = integer();
  seen_.push_back(lastHandle_);
  const Dims sizes = dims();
  const Tensor& value = Runtime::get().slot(lastHandle_).value;
  TORCH_CHECK(value.defined(), "handle ", lastHandle_, " has no tensor");
  return value.sizes() == at::IntArrayRef(sizes) ? value : value.reshape(sizes);
}

bool Command::expires() const {
  bool released = false;
  for (const double* next = following_; next < end_ && next[1] == kRelease && !released; next += 1 + static_cast<int64_t>(next[0]))
    released = static_cast<int64_t>(next[2]) == lastHandle_;
  if (!released) return false;
  // The slot's hold and the caller's.
  const Tensor& value = Runtime::get().slot(lastHandle_).value;
  return value.use_count() <= 2 && value.storage().use_count() == 1;
}

std::string Command::describe() const {
  std::ostringstream text;
  for (size_t i = 0; i < seen_.size(); i++) {
    const Tensor& value = Runtime::get().slot(seen_[i]).value;
    text << (i ? ", " : "");
    if (value.defined()) text << value.scalar_type() << " " << value.sizes();
  }
  return text.str();
}

std::vector<KernelEntry>& kernels() {
  static std::vector<KernelEntry> entries;
  return entries;
}

static bool profiling = false;

void setProfiling(bool on) {
  profiling = on;
  for (auto& entry : kernels()) entry.calls = entry.nanoseconds = 0;
}

bool isProfiling() { return profiling; }

void execute(const double* command, const double* following, const double* end) {
  const c10::InferenceMode inference;
  const auto code = static_cast<size_t>(command[0]);
  TORCH_CHECK(code < kernels().size(), "unknown opcode ", code);
  KernelEntry& entry = kernels()[code];
  Command reader(command + 1, following, end);
  try {
    if (!profiling) return entry.run(reader);
    const auto start = std::chrono::steady_clock::now();
    entry.run(reader);
    if (Runtime::get().device.is_cuda()) cuda::synchronize();
    entry.nanoseconds += std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
    entry.calls++;
  } catch (const PeerLost&) {
    throw;
  } catch (const c10::Error& error) {
    throw std::runtime_error(entry.name + "(" + reader.describe() + "): " + error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw std::runtime_error(entry.name + "(" + reader.describe() + "): " + error.what());
  }
}

}  // namespace anneal
