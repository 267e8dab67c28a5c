// Reductions, soft maxima and arg maxima; sums of bfloat16 are taken in float32.
#include <ATen/Functions.h>

#include <limits>

#include "layout.h"

namespace anneal {

struct Reduction {
  Tensor x;
  Dims axes;
  bool keep;
  at::ScalarType type;
};

static Reduction readReduction(Command& c) {
  Reduction r;
  r.x = toFloat(c.tensor());
  r.axes = c.dims();
  r.keep = c.flag();
  r.type = c.dtype();
  return r;
}

ANNEAL_KERNEL(Sum) {
  const Reduction r = readReduction(c);
  c.output(r.axes.empty() ? r.x.to(r.type) : at::sum(r.x, r.axes, r.keep, r.type));
}

ANNEAL_KERNEL(Mean) {
  const Reduction r = readReduction(c);
  const Tensor x = r.x.to(at::kFloat);
  c.output(r.axes.empty() ? x : at::mean(x, r.axes, r.keep));
}

ANNEAL_KERNEL(Max) {
  const Reduction r = readReduction(c);
  c.output(r.axes.empty() ? r.x : at::amax(r.x, r.axes, r.keep));
}

ANNEAL_KERNEL(Min) {
  const Reduction r = readReduction(c);
  c.output(r.axes.empty() ? r.x : at::amin(r.x, r.axes, r.keep));
}

ANNEAL_KERNEL(ArgMax) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Tensor x = toFloat(c.tensor());
  const int64_t axis = c.integer();
  // tfjs ignores NaN, which ATen takes for the largest value.
  c.output(at::argmax(at::nan_to_num(x, -kInfinity, kInfinity, -kInfinity), axis, false).to(at::kInt));
}

ANNEAL_KERNEL(Softmax) {
  const Tensor x = toFloat(c.tensor());
  c.output(at::softmax(x, c.integer()));
}

ANNEAL_KERNEL(LogSoftmax) {
  const Tensor x = toFloat(c.tensor());
  c.output(at::log_softmax(x, c.integer()));
}

}  // namespace anneal
