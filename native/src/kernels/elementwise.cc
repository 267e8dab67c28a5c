// Elementwise arithmetic, comparison and activation.
#include <ATen/Functions.h>

#include "layout.h"

namespace anneal {

#define BINARY(NAME, EXPRESSION)                 \
  ANNEAL_KERNEL(NAME) {                          \
    const Tensor a = c.tensor(), b = c.tensor(); \
    c.output(EXPRESSION);                        \
  }
#define UNARY(NAME, EXPRESSION)  \
  ANNEAL_KERNEL(NAME) {          \
    const Tensor x = c.tensor(); \
    c.output(EXPRESSION);        \
  }

// Into an operand that nobody reads afterwards, where there is one: sums of gradients are as large as activations.
ANNEAL_KERNEL(Add) {
  const Tensor a = c.tensor();
  const bool intoA = c.expires();
  const Tensor b = c.tensor();
  const bool intoB = c.expires(), alike = a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() && a.strides() == b.strides();
  if (alike && intoA) c.output(a.add_(b));
  else if (alike && intoB) c.output(b.add_(a));
  else c.output(at::add(a, b));
}

BINARY(Sub, at::sub(a, b))
BINARY(Multiply, at::mul(a, b))
BINARY(RealDiv, at::div(a, b))
BINARY(Pow, at::pow(a, b))
BINARY(Maximum, at::maximum(a, b))
BINARY(Minimum, at::minimum(a, b))
BINARY(SquaredDifference, at::square(at::sub(a, b)))
BINARY(Greater, at::gt(a, b))
BINARY(GreaterEqual, at::ge(a, b))
BINARY(Less, at::lt(a, b))
BINARY(LessEqual, at::le(a, b))
BINARY(Equal, at::eq(a, b))
BINARY(NotEqual, at::ne(a, b))
BINARY(LogicalAnd, at::logical_and(a, b))
BINARY(LogicalOr, at::logical_or(a, b))

UNARY(Relu, at::relu(x))
UNARY(Relu6, at::clamp(x, 0, 6))
UNARY(Sqrt, at::sqrt(x))
UNARY(Rsqrt, at::rsqrt(x))
UNARY(Square, at::square(x))
UNARY(Exp, at::exp(x))
UNARY(Expm1, at::expm1(x))
UNARY(Log, at::log(x))
UNARY(Log1p, at::log1p(x))
UNARY(Neg, at::neg(x))
UNARY(Abs, at::abs(x))
UNARY(Sigmoid, at::sigmoid(x))
UNARY(Tanh, at::tanh(x))
UNARY(Reciprocal, at::reciprocal(x))
UNARY(Floor, at::floor(x))
UNARY(Ceil, at::ceil(x))
UNARY(Sin, at::sin(x))
UNARY(Cos, at::cos(x))
UNARY(Erf, at::erf(x))
UNARY(Elu, at::elu(x))
UNARY(Softplus, at::softplus(x))
UNARY(LogicalNot, at::logical_not(x))
UNARY(ZerosLike, at::zeros_like(x))

// Derivative of the leaky step: 1 above zero, alpha below; NaN stays NaN.
ANNEAL_KERNEL(Step) {
  const Tensor x = c.tensor();
  const double alpha = c.number();
  const Tensor one = at::ones({}, x.options()), low = at::full({}, alpha, x.options());
  c.output(at::where(at::isnan(x), x, at::where(at::gt(x, 0), one, low)));
}

ANNEAL_KERNEL(ClipByValue) {
  const Tensor x = c.tensor();
  const double low = c.number(), high = c.number();
  c.output(at::clamp(x, low, high));
}

// The mask of a rectifier comes from its output: open intervals (0, ∞) and (0, 6).
ANNEAL_KERNEL(ReluGrad) {
  const Tensor dy = c.tensor(), y = c.tensor();
  c.output(at::threshold_backward(dy, y, 0));
}

ANNEAL_KERNEL(Relu6Grad) {
  const Tensor dy = c.tensor(), y = c.tensor();
  c.output(at::mul(dy, at::logical_and(at::gt(y, 0), at::lt(y, 6))));
}

ANNEAL_KERNEL(AddN) {
  const int64_t count = c.integer();
  Tensor sum = at::add(c.tensor(), c.tensor());
  for (int64_t i = 2; i < count; i++) sum.add_(c.tensor());
  c.output(sum);
}

// bfloat16 tensors are float32 to tfjs, so a cast to float32 leaves them.
ANNEAL_KERNEL(Cast) {
  const Tensor x = c.tensor();
  const auto type = c.dtype();
  if (type == at::kFloat && x.scalar_type() == at::kBFloat16) return c.output(x);
  c.output(type == at::kBool ? at::ne(x, 0) : x.to(type));
}

ANNEAL_KERNEL(Fill) {
  const Dims sizes = c.dims();
  const double value = c.number();
  const auto type = c.dtype();
  c.output(at::full(sizes, value, at::TensorOptions(type).device(Runtime::get().device)));
}

ANNEAL_KERNEL(Select) {
  const Tensor condition = c.tensor(), whenTrue = c.tensor(), whenFalse = c.tensor();
  c.output(at::where(condition.to(at::kBool), whenTrue, whenFalse));
}

ANNEAL_KERNEL(OneHot) {
  const Tensor indices = c.tensor();
  const int64_t depth = c.integer();
  const double on = c.number(), off = c.number();
  const auto type = c.dtype();
  const Tensor hit = at::eq(indices.unsqueeze(-1), at::arange(depth, indices.options()));
  c.output(at::add(at::mul(hit.to(at::kFloat), on - off), off).to(type));
}

}  // namespace anneal
