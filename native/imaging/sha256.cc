#include "sha256.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace anneal::imaging {

#if defined(__x86_64__)
namespace {

#define ANNEAL_SHA __attribute__((target("sha,sse4.1,ssse3")))

constexpr size_t kBlock = kSha256Block, kLengthBytes = 8;

alignas(16) constexpr uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/** The eight words of a hash as the instructions take them: a, b, e, f and c, d, g, h. */
struct State {
  __m128i abef, cdgh;
};

/** Takes in one block for each of `kCount` hashes; their rounds alternate. */
template <int kCount>
ANNEAL_SHA void compress(State (&states)[kCount], const uint8_t* const (&blocks)[kCount]) {
  const __m128i bigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i words[kCount][4];
  State before[kCount];
  for (int k = 0; k < kCount; k++) before[k] = states[k];
#pragma GCC unroll 16
  for (int g = 0; g < 16; g++) {
    const int at = g & 3, next = (g + 1) & 3, last = (g + 3) & 3;
    const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRounds + 4 * g));
#pragma GCC unroll 2
    for (int k = 0; k < kCount; k++) {
      auto& w = words[k];
      auto& [abef, cdgh] = states[k];
      if (g < 4) w[g] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[k] + 16 * g)), bigEndian);
      const __m128i sum = _mm_add_epi32(w[at], constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      if (g >= 3 && g < 15) w[next] = _mm_sha256msg2_epu32(_mm_add_epi32(w[next], _mm_alignr_epi8(w[at], w[last], 4)), w[at]);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
      if (g >= 1 && g < 13) w[last] = _mm_sha256msg1_epu32(w[last], w[at]);
    }
  }
  for (int k = 0; k < kCount; k++) states[k] = {_mm_add_epi32(states[k].abef, before[k].abef), _mm_add_epi32(states[k].cdgh, before[k].cdgh)};
}

/** Writes the length in bits to the end of the last block. */
void writeLength(uint64_t bytes, uint8_t* block) {
  for (size_t i = 0; i < kLengthBytes; i++) block[kBlock - 1 - i] = static_cast<uint8_t>((bytes * 8) >> (8 * i));
}

/** A message in blocks: the first begins with its text, the last ones end with padding and the length in bits, the others are its own memory. */
class Blocks {
 public:
  explicit Blocks(const Message& message) : data_(message.data) {
    const size_t bytes = message.textLength + message.length;
    count_ = (bytes + 1 + kLengthBytes + kBlock - 1) / kBlock;
    const size_t inFirst = std::min(kBlock - message.textLength, message.length);
    std::memcpy(first_, message.text, message.textLength);
    std::memcpy(first_ + message.textLength, message.data, inFirst);
    // Block i > 0 begins at byte `shift_` + 64 i of the data, with the text before it.
    shift_ = message.textLength;
    const size_t whole = bytes / kBlock;
    tailFrom_ = whole;
    uint8_t* tail = whole == 0 ? first_ : last_;
    const size_t left = bytes % kBlock;
    if (whole > 0) std::memcpy(tail, message.data + whole * kBlock - shift_, left);
    tail[left] = 0x80;
    writeLength(bytes, tailAt(count_ - 1));
  }
  size_t count() const { return count_; }
  const uint8_t* at(size_t i) {
    if (i >= tailFrom_) return tailAt(i);
    return i == 0 ? first_ : data_ + i * kBlock - shift_;
  }

 private:
  uint8_t* tailAt(size_t i) { return (tailFrom_ == 0 ? first_ : last_) + (i - tailFrom_) * kBlock; }

  const uint8_t* data_;
  size_t count_, shift_, tailFrom_;
  uint8_t first_[2 * kBlock] = {}, last_[2 * kBlock] = {};
};

ANNEAL_SHA State initial() {
  return {_mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c)),
          _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
}

ANNEAL_SHA void write(const State& state, uint8_t* to) {
  alignas(16) uint32_t abef[4], cdgh[4];
  _mm_store_si128(reinterpret_cast<__m128i*>(abef), state.abef);
  _mm_store_si128(reinterpret_cast<__m128i*>(cdgh), state.cdgh);
  const uint32_t words[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
  for (const uint32_t word : words)
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = static_cast<uint8_t>(word >> shift);
}

ANNEAL_SHA void hashRest(Blocks& blocks, size_t from, State state, uint8_t* to) {
  State states[1] = {state};
  for (size_t i = from; i < blocks.count(); i++) compress<1>(states, {blocks.at(i)});
  write(states[0], to);
}

ANNEAL_SHA void hashTwo(const Message& one, const Message& other, uint8_t* toOne, uint8_t* toOther) {
  Blocks a(one), b(other);
  State states[2] = {initial(), initial()};
  const size_t both = std::min(a.count(), b.count());
  for (size_t i = 0; i < both; i++) compress<2>(states, {a.at(i), b.at(i)});
  hashRest(a, both, states[0], toOne);
  hashRest(b, both, states[1], toOther);
}

}  // namespace

bool hasSha256() {
  static const bool has = [] {
    unsigned a, b, c, d;
    const bool sse = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_1) != 0;
    return sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
  }();
  return has;
}

void sha256(const Message* messages, size_t count, uint8_t* const* to) {
  size_t i = 0;
  for (; i + 1 < count; i += 2) hashTwo(messages[i], messages[i + 1], to[i], to[i + 1]);
  if (i == count) return;
  Blocks blocks(messages[i]);
  hashRest(blocks, 0, initial(), to[i]);
}

ANNEAL_SHA Sha256::Sha256() {
  const State state = initial();
  std::memcpy(state_, &state, sizeof(state_));
}

ANNEAL_SHA void Sha256::addBlocks(const uint8_t* data, size_t count) {
  State states[1];
  std::memcpy(states, state_, sizeof(state_));
  for (size_t i = 0; i < count; i++) compress<1>(states, {data + i * kBlock});
  std::memcpy(state_, states, sizeof(state_));
}

void Sha256::add(const uint8_t* data, size_t length) {
  bytes_ += length;
  if (left_ > 0) {
    const size_t taken = std::min(length, kBlock - left_);
    std::memcpy(rest_ + left_, data, taken);
    left_ += taken;
    data += taken;
    length -= taken;
    if (left_ < kBlock) return;
    addBlocks(rest_, 1);
  }
  addBlocks(data, length / kBlock);
  left_ = length % kBlock;
  std::memcpy(rest_, data + length - left_, left_);
}

ANNEAL_SHA size_t Sha256::addWith(const Message& message, uint8_t* to, const uint8_t* data, size_t count) {
  Blocks own(message);
  State states[2] = {initial(), {}};
  std::memcpy(&states[1], state_, sizeof(state_));
  const size_t both = std::min(own.count(), count);
  for (size_t i = 0; i < both; i++) compress<2>(states, {own.at(i), data + i * kBlock});
  std::memcpy(state_, &states[1], sizeof(state_));
  bytes_ += both * kBlock;
  hashRest(own, both, states[0], to);
  return both;
}

void Sha256::finish(uint8_t* to) {
  const size_t blocks = left_ + 1 + kLengthBytes > kBlock ? 2 : 1;
  rest_[left_] = 0x80;
  std::fill(rest_ + left_ + 1, rest_ + blocks * kBlock, 0);
  writeLength(bytes_, rest_ + (blocks - 1) * kBlock);
  addBlocks(rest_, blocks);
  State state;
  std::memcpy(&state, state_, sizeof(state_));
  write(state, to);
}

#else

Sha256::Sha256() : state_{} {}
void Sha256::add(const uint8_t*, size_t) {}
size_t Sha256::addWith(const Message&, uint8_t*, const uint8_t*, size_t) { return 0; }
void Sha256::finish(uint8_t*) { throw std::logic_error("the processor has no instructions for SHA-256"); }

bool hasSha256() { return false; }

void sha256(const Message*, size_t, uint8_t* const*) { throw std::logic_error("the processor has no instructions for SHA-256"); }

#endif

}  // namespace anneal::imaging
