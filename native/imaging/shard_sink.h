// Writes a file in blocks, and hashes it, in a thread of its own.
#pragma once
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "sha256.h"

namespace anneal::imaging {

/**
 * Appending copies and rarely waits; blocks go to the disk past the page cache where the file system can, since what is written is often larger than
 * memory.
 */
class ShardSink {
 public:
  /** @throws std::system_error */
  explicit ShardSink(const std::string& path);
  ~ShardSink();

  /** @throws std::system_error of an earlier block */
  void append(const uint8_t* data, size_t length);
  /** Nothing is appended any more; what is left is written, and synced to disk, in the background. */
  void end();
  /** Waits until all is on disk. @throws std::system_error */
  void finish(uint8_t (&hash)[kSha256Bytes]);

 private:
  static constexpr size_t kBlockBytes = size_t{1} << 22, kBlocks = 3, kAlignment = 4096;
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };

  void work();
  void writeBlock(const uint8_t* block, size_t bytes);
  void pwriteAll(const uint8_t* block, size_t bytes);
  void throwIfFailed() const;

  std::array<std::unique_ptr<uint8_t, Free>, kBlocks> blocks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  /** Blocks that were filled and written so far; block i is in place i modulo kBlocks. */
  size_t filled_ = 0, written_ = 0;
  /** Bytes in the block that is being filled. */
  size_t used_ = 0;
  bool ended_ = false, abandoned_ = false;
  std::atomic<int> failure_ = 0;
  int file_, direct_;
  uint64_t offset_ = 0;
  Sha256 hash_;
  std::thread thread_;
};

}  // namespace anneal::imaging
