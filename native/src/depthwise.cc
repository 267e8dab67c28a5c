#include "depthwise.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "balanced_for.h"
#include "channel_loops.h"

namespace anneal::depthwise {

using loops::load;
using loops::overChannels;
using loops::store;

// Rows of the input that a thread computes one after another: what they read stays in its cache.
constexpr int64_t kStripRows = 16;
// Parts of a filter gradient's sum, added in the same order by any number of threads.
constexpr int64_t kMaxChunks = 32;

// Asks for a row that is read soon, in the order of memory: rows are then read one block of channels after another.
template <class T>
static void prefetch(const T* row, int64_t length) {
  const char* bytes = reinterpret_cast<const char*>(row);
  for (int64_t i = 0; i < length * static_cast<int64_t>(sizeof(T)); i += 64) __builtin_prefetch(bytes + i, 0, 2);
}

// The rows of outputs in which one row of the input has a part at a stride of 2, and by which row of the filter.
template <int K>
struct Parts {
  int count = 0;
  int64_t tap[(K + 1) / 2], output[(K + 1) / 2];
  Parts(int64_t input, int64_t before, int64_t outputs) {
    for (int64_t k = (input + before) % 2; k < K; k += 2) {
      const int64_t from = (input + before - k) / 2;
      if (input + before < k || from >= outputs) continue;
      tap[count] = k;
      output[count++] = from;
    }
  }
};

// One row of an input's gradient, two pixels at a time: output w reaches pixels 2w − left + j by the filter's column j, so that pixel
// 2w − left gets its even columns from outputs w, w − 1, …, and the next one its odd columns.
template <int K, int R>
static void inputGradientRow(const Shape& s, const Parts<K>& parts, const Bf16* dy, const float* filter, Bf16* dx) {
  constexpr int kBefore = (K - 1) / 2;
  const int64_t step = s.channels;
  overChannels(step, [&](auto lane, int64_t c) {
    using V = decltype(lane);
    const Bf16* rows[R];
    V f[R][K];
    for (int r = 0; r < R; r++) {
      rows[r] = dy + parts.output[r] * s.outWidth * step + c;
#pragma GCC unroll 5
      for (int j = 0; j < K; j++) f[r][j] = load<V>(filter + (parts.tap[r] * K + j) * step + c);
    }
    const auto pair = [&](auto inside, int64_t w) {
      V even = {}, odd = {};
#pragma GCC unroll 3
      for (int t = 0; t <= kBefore; t++) {
        if (!inside && (w - t < 0 || w - t >= s.outWidth)) continue;
#pragma GCC unroll 3
        for (int r = 0; r < R; r++) {
          const V gradient = load<V>(rows[r] + (w - t) * step);
          even += gradient * f[r][2 * t];
          if (2 * t + 1 < K) odd += gradient * f[r][2 * t + 1];
        }
      }
      const int64_t x = 2 * w - s.left;
      if (inside || (x >= 0 && x < s.width)) store(dx + x * step + c, even);
      if (inside || (x + 1 >= 0 && x + 1 < s.width)) store(dx + (x + 1) * step + c, odd);
    };
    const int64_t end = (s.width - 1 + s.left) / 2 + 1, half = (s.left + 1) / 2;
    const int64_t first = std::min(end, std::max<int64_t>(kBefore, half));
    const int64_t last = std::max(first, std::min(s.outWidth, (s.width + s.left) / 2));
    int64_t w = s.left / 2;
    for (; w < first; w++) pair(std::false_type(), w);
    for (; w < last; w++) pair(std::true_type(), w);
    for (; w < end; w++) pair(std::false_type(), w);
  });
}

template <int K>
static void inputGradientOf(const Shape& s, const Bf16* dy, const float* filter, Bf16* dx) {
  const int64_t strips = (s.height + kStripRows - 1) / kStripRows, outRow = s.outWidth * s.channels, row = s.width * s.channels;
  balancedFor(s.batch * strips, [&] {
    return [&](int64_t strip) {
      const int64_t n = strip / strips, first = strip % strips * kStripRows, end = std::min(s.height, first + kStripRows);
      const Bf16* gradient = dy + n * s.outHeight * outRow;
      for (int64_t y = first; y < end; y++) {
        const Parts<K> parts(y, s.top, s.outHeight);
        const int64_t next = (y + s.top) / 2 + 1;
        if (next < s.outHeight) prefetch(gradient + next * outRow, outRow);
        Bf16* target = dx + (n * s.height + y) * row;
        if (parts.count == 0) std::fill_n(target, row, Bf16());
        else if (parts.count == 1) inputGradientRow<K, 1>(s, parts, gradient, filter, target);
        else if (parts.count == 2) inputGradientRow<K, 2>(s, parts, gradient, filter, target);
        else if constexpr (K > 3) inputGradientRow<K, 3>(s, parts, gradient, filter, target);
      }
    };
  });
}

// Adds one row of outputs to the sums [K, K, channels]. Outputs [first, end) have all their taps inside the input.
template <int K, int S, class T>
static void addRow(const Shape& s, const std::array<const T*, K>& rows, const T* dy, float* sums) {
  const int64_t step = s.channels;
  const int64_t first = std::min(s.outWidth, (s.left + S - 1) / S);
  const int64_t end = s.width + s.left < K ? first : std::max(first, std::min(s.outWidth, (s.width + s.left - K) / S + 1));
  overChannels(step, [&](auto lane, int64_t c) {
    using V = decltype(lane);
    V sum[K * K];
#pragma GCC unroll 25
    for (int k = 0; k < K * K; k++) sum[k] = load<V>(sums + k * step + c);
    const auto add = [&](auto inside, int64_t w) {
      const int64_t from = w * S - s.left;
      const V gradient = load<V>(dy + w * step + c);
#pragma GCC unroll 5
      for (int j = 0; j < K; j++)
        if (inside || (from + j >= 0 && from + j < s.width))
#pragma GCC unroll 5
          for (int i = 0; i < K; i++) sum[i * K + j] += load<V>(rows[i] + (from + j) * step + c) * gradient;
    };
    int64_t w = 0;
    for (; w < first; w++) add(std::false_type(), w);
    for (; w < end; w++) add(std::true_type(), w);
    for (; w < s.outWidth; w++) add(std::false_type(), w);
#pragma GCC unroll 25
    for (int k = 0; k < K * K; k++) store(sums + k * step + c, sum[k]);
  });
}

template <int K, int S, class T>
static void filterGradientOf(const Shape& s, const T* x, const T* dy, float* filter) {
  const int64_t total = s.batch * s.outHeight, chunks = std::min(kMaxChunks, total), values = K * K * s.channels;
  const int64_t row = s.width * s.channels, outRow = s.outWidth * s.channels;
  const std::vector<T> zeros(row, 0);
  std::vector<double> partial(chunks * values, 0.0);
  balancedFor(chunks, [&] {
    return [&](int64_t chunk) {
      std::vector<float> sums(values);
      double* mine = partial.data() + chunk * values;
      for (int64_t output = chunk * total / chunks, end = (chunk + 1) * total / chunks; output < end; output++) {
        const int64_t h = output % s.outHeight, from = h * S - s.top;
        const T* image = x + output / s.outHeight * s.height * row;
        std::array<const T*, K> rows;
        for (int64_t i = 0; i < K; i++) rows[i] = from + i < 0 || from + i >= s.height ? zeros.data() : image + (from + i) * row;
        for (int64_t next = std::max<int64_t>(0, from + K); next < std::min(s.height, from + K + S); next++) prefetch(image + next * row, row);
        addRow<K, S, T>(s, rows, dy + output * outRow, sums.data());
        // In float32 only the sums of one image.
        if (h + 1 < s.outHeight && output + 1 < end) continue;
        for (int64_t i = 0; i < values; i++) mine[i] += sums[i];
        std::fill(sums.begin(), sums.end(), 0.f);
      }
    };
  });
  for (int64_t i = 0; i < values; i++) {
    double sum = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) sum += partial[chunk * values + i];
    filter[i] = static_cast<float>(sum);
  }
}

bool supportsInputGradient(int64_t size, int64_t stride) { return (size == 3 || size == 5) && stride == 2; }

void inputGradient(const Shape& s, const Bf16* dy, const float* filter, Bf16* dx) {
  if (s.size == 3) inputGradientOf<3>(s, dy, filter, dx);
  else inputGradientOf<5>(s, dy, filter, dx);
}

bool supportsFilterGradient(int64_t size, int64_t stride) { return (size == 3 || size == 5) && (stride == 1 || stride == 2); }

template <class T>
void filterGradient(const Shape& s, const T* x, const T* dy, float* filter) {
  if (s.size == 3) s.stride == 1 ? filterGradientOf<3, 1>(s, x, dy, filter) : filterGradientOf<3, 2>(s, x, dy, filter);
  else s.stride == 1 ? filterGradientOf<5, 1>(s, x, dy, filter) : filterGradientOf<5, 2>(s, x, dy, filter);
}

template void filterGradient(const Shape&, const Bf16*, const Bf16*, float*);
template void filterGradient(const Shape&, const float*, const float*, float*);

}  // namespace anneal::depthwise
