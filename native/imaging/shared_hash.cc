#include "shared_hash.h"

#include <mutex>

namespace anneal::imaging {
namespace {

struct Shared {
  Sha256* stream = nullptr;
  const uint8_t* data = nullptr;
  size_t blocks = 0;
};

std::mutex mutex;
Shared shared;

}  // namespace

bool shareHash(Sha256& stream, const uint8_t* data, size_t blocks) {
  const std::lock_guard lock(mutex);
  if (shared.stream != nullptr) return false;
  shared = {&stream, data, blocks};
  return true;
}

void completeShared() {
  const std::lock_guard lock(mutex);
  shared.stream->add(shared.data, shared.blocks * kSha256Block);
  shared = {};
}

void sha256WithShared(const Message* messages, size_t count, uint8_t* const* to) {
  const std::unique_lock lock(mutex, std::try_to_lock);
  if (!lock.owns_lock() || shared.blocks == 0) return sha256(messages, count, to);
  for (size_t i = 0; i < count; i++) {
    const size_t taken = shared.stream->addWith(messages[i], to[i], shared.data, shared.blocks);
    shared.data += taken * kSha256Block;
    shared.blocks -= taken;
  }
}

}  // namespace anneal::imaging
