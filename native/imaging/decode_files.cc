// Many image files at once: decoded, and what a data set needs to know of each.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "files.h"
#include "operations.h"
#include "shared_hash.h"

namespace anneal::imaging {
namespace {

/** Sides of a smaller image are left to whoever has the verdict on it. */
constexpr int kMinSide = 4;
/**
 * Doubles per file: width, height, channels, depth (0), whether it is a JPEG (after its length, u32), first byte and bytes of the image; sums and sums of squares of three channels;
 * bytes of the file, and why it was not read: a number of an error, or `kTooLarge`. A width of 0: not decoded here.
 */
constexpr int kRecord = 15;
constexpr int kCodec = 4, kStart = 5, kBytes = 6, kSums = 7, kFileBytes = 13, kProblem = 14;
constexpr double kTooLarge = -1;
/** Where bytes of files are; larger ones have memory of their own. */
constexpr int kFilePlace = 8;
constexpr int kUnalike = -1;
constexpr size_t kMaxKeptFile = size_t{1} << 22;

Limits limitsOf(const Call& call) { return {call.parameters[0], call.parameters[1], call.parameters[2]}; }

bool planOf(const File& file, const Limits& limits, Plan& plan) { return planPng(file, limits, plan) || planJpeg(file, limits, plan); }

/** Decodes a file, and drops an alpha channel that is opaque all over. @returns the channels; 0 where it is not decoded here. */
int decode(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to) {
  const bool isJpeg = plan.format == Plan::Format::kJpeg;
  if (!(isJpeg ? decodeJpegFile(file, plan, scratch, to) : decodePngFile(file, plan, scratch, to))) return 0;
  const int channels = plan.channels;
  if (channels % 2 != 0) return channels;
  const size_t bytes = plan.bytes();
  for (size_t i = channels - 1; i < bytes; i += channels)
    if (to[i] != 255) return channels;
  for (size_t i = 0, at = 0; i < bytes; i += channels, at += channels - 1) std::copy(to + i, to + i + channels - 1, to + at);
  return channels - 1;
}

void writeMoments(const Image& image, Scratch& scratch, double* sums) {
  double values[6];
  moments({image, {reinterpret_cast<uint8_t*>(values), static_cast<int>(2 * image.channels * sizeof(double)), 1, 1}, nullptr, nullptr, 0, scratch});
  for (int c = 0; c < 3; c++) {
    sums[c] = values[image.channels == 1 ? 0 : c];
    sums[3 + c] = values[image.channels == 1 ? 1 : 3 + c];
  }
}

/** Hashes images two at a time, as they come. */
class Hasher {
 public:
  void add(const Image& image, uint8_t* to) {
    Message& message = messages_[count_];
    const int length = std::snprintf(message.text, sizeof(message.text), "%dx%dx%d:", image.width, image.height, image.channels);
    message.textLength = static_cast<size_t>(length);
    message.data = image.data;
    message.length = image.bytes();
    to_[count_++] = to;
    if (count_ == 2) finish();
  }
  void finish() {
    sha256WithShared(messages_, count_, to_);
    count_ = 0;
  }

 private:
  Message messages_[2];
  uint8_t* to_[2];
  size_t count_ = 0;
};

/** What `decodeFiles` and `decodePaths` fill in. */
class Batch {
 public:
  explicit Batch(const Call& call)
      : call_(call),
        limits_(limitsOf(call)),
        measured_(call.parameters[5] != 0),
        quality_(call.integer(6)),
        used_(static_cast<size_t>(call.parameters[7])) {
    require(call.valueCount == 6, "starts, lengths, records, progress and two kinds of hashes were expected");
    starts_ = static_cast<const uint32_t*>(call.values[0].data);
    lengths_ = static_cast<const uint32_t*>(call.values[1].data);
    count_ = call.values[1].bytes / sizeof(uint32_t);
    records_ = static_cast<double*>(call.values[2].data);
    progress_ = static_cast<double*>(call.values[3].data);
    require(call.values[0].bytes == call.values[1].bytes, "there are not as many starts as lengths");
    require(call.values[2].bytes == count_ * kRecord * sizeof(double), "the records do not fit the number of files");
    require(call.values[3].bytes == 4 * sizeof(double), "the progress has four numbers");
    channels_ = static_cast<int>(progress_[3]);
    require(!measured_ || hasSha256(), "the processor has no instructions for hashes");
    require(!measured_ || (call.values[4].bytes == count_ * kSha256Bytes && call.values[5].bytes == count_ * sizeof(uint64_t)),
            "the hashes do not fit the number of files");
  }

  /** @param fileOf gives the file whose bytes (or path) are at a place of the input; none where its record says why */
  template <typename FileOf>
  void decodeAll(const FileOf& fileOf) {
    for (auto i = static_cast<size_t>(call_.parameters[3]); i < count_; i++) {
      const File in{call_.in.data + starts_[i], lengths_[i]};
      require(static_cast<uint64_t>(starts_[i]) + lengths_[i] <= call_.in.bytes(), "the files are longer than their memory");
      double* record = records_ + i * kRecord;
      std::fill(record, record + kRecord, 0);
      File file{nullptr, 0};
      const size_t needed = fileOf(in, record, file) ? decodeOne(file, i, record) : 0;
      progress_[0] = static_cast<double>(i);
      progress_[1] = static_cast<double>(needed);
      progress_[2] = static_cast<double>(used_);
      progress_[3] = channels_;
      if (needed > 0) return hasher_.finish();
    }
    progress_[0] = static_cast<double>(count_);
    progress_[3] = channels_;
    hasher_.finish();
  }

 private:
  /** @returns how many bytes of output it takes where there is no room for the image. */
  size_t decodeOne(const File& file, size_t i, double* record) {
    record[kFileBytes] = static_cast<double>(file.length);
    Plan plan;
    if (!planOf(file, limits_, plan) || !plan.fits(limits_) || (measured_ && std::min(plan.width, plan.height) < kMinSide)) return 0;
    const size_t most = quality_ > 0 ? std::max(plan.bytes(), jpegBytes(plan.width, plan.height, plan.channels)) : plan.bytes();
    if (used_ + most > call_.out.bytes()) return most;
    // What may be compressed is decoded elsewhere first.
    if (quality_ > 0 && pixels_.size() < plan.bytes()) pixels_.resize(plan.bytes());
    uint8_t* to = quality_ > 0 ? pixels_.data() : call_.out.data + used_;
    const int channels = decode(file, plan, call_.scratch, to);
    if (channels == 0) return 0;
    const bool transposed = plan.orientation >= 5;
    const Image image{to, transposed ? plan.height : plan.width, transposed ? plan.width : plan.height, channels};
    record[0] = image.width;
    record[1] = image.height;
    record[2] = channels;
    record[kStart] = static_cast<double>(used_);
    const bool isOpaque = channels % 2 != 0;
    channels_ = isOpaque && quality_ == 0 && (channels_ == 0 || channels_ == channels) ? channels : kUnalike;
    if (measured_) measure(image, i, record);
    const size_t bytes = isOpaque && quality_ > 0 ? compress(image, record) : image.bytes();
    if (!isOpaque && quality_ > 0) keep(image);
    record[kBytes] = static_cast<double>(bytes);
    used_ += bytes;
    return 0;
  }

  void keep(const Image& image) {
    hasher_.finish();
    std::copy(image.data, image.data + image.bytes(), call_.out.data + used_);
  }

  /** @returns the bytes of the JPEG file and of its length before it */
  size_t compress(const Image& image, double* record) {
    hasher_.finish();
    const auto room = static_cast<int>(jpegBytes(image.width, image.height, image.channels));
    uint8_t* to = call_.out.data + used_;
    const double quality = quality_;
    encodeJpeg({image, {to, room, 1, 1}, &quality, nullptr, 0, call_.scratch});
    uint32_t length;
    std::memcpy(&length, to, sizeof(length));
    record[kCodec] = 1;
    return sizeof(length) + length;
  }

  void measure(const Image& image, size_t i, double* record) {
    hasher_.add(image, static_cast<uint8_t*>(call_.values[4].data) + i * kSha256Bytes);
    if (image.channels % 2 == 0) return;
    writeMoments(image, call_.scratch, record + kSums);
    auto* look = static_cast<uint8_t*>(call_.values[5].data) + i * sizeof(uint64_t);
    perceptualHash({image, {look, sizeof(uint64_t), 1, 1}, nullptr, nullptr, 0, call_.scratch});
  }

  const Call& call_;
  const Limits limits_;
  const bool measured_;
  const int quality_;
  const uint32_t *starts_, *lengths_;
  size_t count_;
  double *records_, *progress_;
  Hasher hasher_;
  std::vector<uint8_t> pixels_;
  size_t used_;
  /** Of all images so far, where they are alike: opaque, and not compressed. */
  int channels_ = 0;
};

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : number(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number >= 0) close(number);
  }
  const int number;
};

/** Reads a whole file. @returns 0, the number of an error, or `kTooLarge` */
double readFile(const std::string& path, double maxBytes, Scratch& scratch, std::vector<uint8_t>& large, File& file) {
  const Descriptor descriptor(path);
  struct stat info;
  if (descriptor.number < 0 || fstat(descriptor.number, &info) != 0) return errno;
  if (!S_ISREG(info.st_mode)) return EINVAL;
  const auto size = static_cast<size_t>(info.st_size);
  file.length = size;
  if (static_cast<double>(size) > maxBytes) return kTooLarge;
  large.resize(size > kMaxKeptFile ? size : 0);
  auto* bytes = size > kMaxKeptFile ? large.data() : scratch.take<uint8_t>(kFilePlace, size + 1);
  size_t at = 0;
  while (at < size) {
    const ssize_t count = read(descriptor.number, bytes + at, size - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    at += static_cast<size_t>(count);
  }
  file = {bytes, at};
  return 0;
}

}  // namespace

/**
 * pixels, shorter side and kept pixels of `Limits`; lengths of files, u32, that follow each other in the input. The output has 4 doubles per file:
 * width and height of the file, and the bytes and the channels that it has decoded, at most; all 0 for a file that is not decoded here.
 */
void planFiles(const Call& call) {
  const auto* lengths = static_cast<const uint32_t*>(call.values[0].data);
  const size_t count = call.values[0].bytes / sizeof(uint32_t);
  require(call.valueCount == 1 && call.out.bytes() == count * 4 * sizeof(double), "the output does not fit the number of files");
  const Limits limits = limitsOf(call);
  File file{call.in.data, 0};
  for (size_t i = 0; i < count; i++, file.data += file.length) {
    file.length = lengths[i];
    require(file.data + file.length <= call.in.data + call.in.bytes(), "the files are longer than their memory");
    Plan plan;
    double values[4] = {};
    if (planOf(file, limits, plan)) {
      values[0] = plan.fileWidth;
      values[1] = plan.fileHeight;
      values[2] = static_cast<double>(plan.bytes());
      values[3] = plan.channels;
    }
    std::memcpy(call.out.data + i * sizeof(values), values, sizeof(values));
  }
}

/**
 * pixels, shorter side and kept pixels of `Limits`, the number of the first file, bytes of a file at most, whether hashes and sums are wanted, the quality
 * of JPEGs that opaque images become or 0, and bytes of the output that are in use; then where files start in the input, and their lengths, u32, a record
 * for each, the progress, and SHA-256 hashes, 32 bytes each, and perceptual ones, u64. The output takes images one after the other. The progress
 * says which file comes next, how many bytes it takes where the output is full, how many are in use, and the channels of all images, -1 where they are not
 * alike: opaque, as pixels, and of the same channels.
 */
void decodeFiles(const Call& call) {
  Batch(call).decodeAll([](const File& in, double*, File& file) {
    file = in;
    return true;
  });
}

/** The same for files of which the input has the paths. */
void decodePaths(const Call& call) {
  std::vector<uint8_t> large;
  Batch(call).decodeAll([&](const File& in, double* record, File& file) {
    const std::string path(reinterpret_cast<const char*>(in.data), in.length);
    record[kProblem] = readFile(path, call.parameters[4], call.scratch, large, file);
    record[kFileBytes] = static_cast<double>(file.length);
    return record[kProblem] == 0;
  });
}

}  // namespace anneal::imaging
