// SHA-256 by the processor's own instructions.
#pragma once
#include <cstddef>
#include <cstdint>

namespace anneal::imaging {

constexpr size_t kSha256Bytes = 32, kSha256Block = 64;

/** A short text and then bytes, which are hashed as one. */
struct Message {
  char text[48];
  size_t textLength;
  const uint8_t* data;
  size_t length;
};

/** Whether the processor has the instructions. */
bool hasSha256();

/** Hashes `count` messages to 32 bytes each, two at a time: one alone would wait for its own rounds half of the time. */
void sha256(const Message* messages, size_t count, uint8_t* const* to);

/** Hashes bytes that come in pieces. */
class Sha256 {
 public:
  Sha256();
  void add(const uint8_t* data, size_t length);
  /**
   * Hashes a message, and adds blocks of the stream meanwhile, at most `count`: rounds of the two alternate. Only whole blocks may have been added before.
   * @returns how many
   */
  size_t addWith(const Message& message, uint8_t* to, const uint8_t* data, size_t count);
  /** Writes the hash of all that was added; once. */
  void finish(uint8_t* to);

 private:
  static constexpr size_t kBlock = kSha256Block;
  void addBlocks(const uint8_t* data, size_t count);
  alignas(16) uint32_t state_[8];
  uint8_t rest_[2 * kBlock] = {};
  size_t left_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace anneal::imaging
