// A stream whose next bytes are hashed along with images, by whichever threads hash these: alone it would wait for its own rounds half of the time.
#pragma once
#include "sha256.h"

namespace anneal::imaging {

/**
 * Has others hash the next blocks of a stream, which must not change meanwhile. @returns whether they do: there is room for one stream.
 */
bool shareHash(Sha256& stream, const uint8_t* data, size_t blocks);

/** Hashes what is left of the blocks that were shared. */
void completeShared();

/** Hashes messages as `sha256` does. Where a stream is shared, and no other thread is at it, its blocks are taken along. */
void sha256WithShared(const Message* messages, size_t count, uint8_t* const* to);

}  // namespace anneal::imaging
