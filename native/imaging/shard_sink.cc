#include "shard_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "shared_hash.h"

#ifndef O_DIRECT
#define O_DIRECT 0
#endif

namespace anneal::imaging {

ShardSink::ShardSink(const std::string& path) {
  for (auto& block : blocks_) {
    block.reset(static_cast<uint8_t*>(std::aligned_alloc(kAlignment, kBlockBytes)));
    if (block == nullptr) throw std::bad_alloc();
  }
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), path);
  direct_ = O_DIRECT == 0 ? -1 : open(path.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
  thread_ = std::thread([this] { work(); });
}

ShardSink::~ShardSink() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (direct_ >= 0) close(direct_);
  close(file_);
}

void ShardSink::append(const uint8_t* data, size_t length) {
  while (length > 0) {
    const size_t taken = std::min(length, kBlockBytes - used_);
    std::memcpy(blocks_[filled_ % kBlocks].get() + used_, data, taken);
    used_ += taken;
    data += taken;
    length -= taken;
    if (used_ < kBlockBytes) return;
    std::unique_lock lock(mutex_);
    filled_++;
    used_ = 0;
    changed_.notify_all();
    changed_.wait(lock, [this] { return filled_ - written_ < kBlocks || failure_ != 0; });
    throwIfFailed();
  }
}

void ShardSink::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void ShardSink::finish(uint8_t (&hash)[kSha256Bytes]) {
  end();
  thread_.join();
  throwIfFailed();
  hash_.finish(hash);
}

void ShardSink::work() {
  std::unique_lock lock(mutex_);
  while (failure_ == 0 && !abandoned_) {
    if (written_ < filled_) {
      const uint8_t* block = blocks_[written_ % kBlocks].get();
      lock.unlock();
      writeBlock(block, kBlockBytes);
      lock.lock();
      written_++;
      changed_.notify_all();
    } else if (ended_) {
      lock.unlock();
      writeBlock(blocks_[filled_ % kBlocks].get(), used_);
      if (failure_ == 0 && fsync(file_) != 0) failure_ = errno;
      return;
    } else {
      changed_.wait(lock);
    }
  }
}

void ShardSink::writeBlock(const uint8_t* block, size_t bytes) {
  const bool shared = hasSha256() && bytes == kBlockBytes && shareHash(hash_, block, bytes / kSha256Block);
  if (hasSha256() && !shared) hash_.add(block, bytes);
  pwriteAll(block, bytes);
  if (!shared) return;
  {
    // Others have time until the next block is there.
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ - written_ > 1 || ended_ || abandoned_ || failure_ != 0; });
  }
  completeShared();
}

void ShardSink::pwriteAll(const uint8_t* block, size_t bytes) {
  for (size_t at = 0; at < bytes;) {
    const bool direct = direct_ >= 0 && at == 0 && bytes == kBlockBytes;
    const ssize_t count = pwrite(direct ? direct_ : file_, block + at, bytes - at, static_cast<off_t>(offset_ + at));
    if (count >= 0) at += static_cast<size_t>(count);
    else if (errno == EINVAL && direct) close(std::exchange(direct_, -1));
    else if (errno != EINTR) {
      failure_ = errno;
      return;
    }
  }
  offset_ += bytes;
}

void ShardSink::throwIfFailed() const {
  if (failure_ != 0) throw std::system_error(failure_, std::generic_category(), "a shard cannot be written");
}

}  // namespace anneal::imaging
