// The table of native tensors, the reader of commands, and the registry of kernels.
#pragma once
#include <ATen/core/Tensor.h>
#include <c10/util/SmallVector.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace anneal {

using at::Tensor;
using Dims = c10::SmallVector<int64_t, 6>;

// What a handle refers to. `auxiliary` is what a kernel keeps for its gradient (the indices of a max pool); `bf16Copy` is the bfloat16
// copy of a weight in the layout that convolutions read, valid until the weight is updated in place.
struct Slot {
  Tensor value;
  Tensor auxiliary;
  Tensor bf16Copy;
};

class Runtime {
 public:
  static Runtime& get();

  Slot& slot(int64_t handle);
  void set(int64_t handle, Tensor value);
  void release(int64_t handle);

  // A slot's tensor is now another one, of the same values.
  void move(Slot& slot, Tensor value) {
    slot.value = std::move(value);
    moves++;
  }
  void dropBf16Copies();

  bool bfloat16 = false;
  c10::Device device = c10::Device(c10::kCPU);
  int64_t liveTensors = 0;
  int64_t liveBytes = 0;
  int64_t moves = 0;

 private:
  std::vector<std::unique_ptr<Slot>> slots_;
};

// Reads one command: opcode, then the arguments in the order in which the kernel reads them.
class Command {
 public:
  // `following`: the commands after this one on a tape, up to `end`.
  Command(const double* cursor, const double* following, const double* end) : cursor_(cursor), following_(following), end_(end) {}

  int64_t integer() { return static_cast<int64_t>(*cursor_++); }
  double number() { return *cursor_++; }
  bool flag() { return *cursor_++ != 0; }
  Dims dims();
  at::ScalarType dtype();
  // A tensor with the shape that JavaScript sees; it shares the stored one's memory.
  Tensor tensor();
  // The same where `flag()` says that it is there, else an undefined tensor.
  Tensor optionalTensor() { return flag() ? tensor() : Tensor(); }
  // Whether nothing reads the memory of the last `tensor()` after this command, so that an output may take its place. Ask before it is
  // copied a second time.
  bool expires() const;
  // The handle that the last `tensor()` was read from.
  int64_t lastHandle() const { return lastHandle_; }
  Slot& slot() { return Runtime::get().slot(integer()); }
  void output(Tensor value) { Runtime::get().set(integer(), std::move(value)); }

  std::string describe() const;

 private:
  const double *cursor_, *following_, *end_;
  int64_t lastHandle_ = -1;
  c10::SmallVector<int64_t, 8> seen_;
};

using Kernel = void (*)(Command&);

struct KernelEntry {
  std::string name;
  Kernel run;
  uint64_t calls = 0;
  uint64_t nanoseconds = 0;
};

std::vector<KernelEntry>& kernels();

struct Registration {
  Registration(const char* name, Kernel run) { kernels().push_back({name, run}); }
};

// On a tape each command comes after its length; a release is a separate command: this code and the handle.
constexpr double kRelease = -1;

// Runs one command; a failure is a std::runtime_error whose text names the op and its shapes. On a tape the commands that follow are
// between `following` and `end`.
void execute(const double* command, const double* following = nullptr, const double* end = nullptr);
void setProfiling(bool on);
bool isProfiling();

}  // namespace anneal

#define ANNEAL_KERNEL(NAME)                                                    \
  static void kernel##NAME(::anneal::Command& c);                              \
  static const ::anneal::Registration registration##NAME(#NAME, kernel##NAME); \
  static void kernel##NAME(::anneal::Command& c)
