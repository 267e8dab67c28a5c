// Loads the export, and does what its metadata.json says: resize, crop, normalise; then a softmax of the calibrated logits.
const { tf } = globalThis
const [model, metadata] = await Promise.all([
  tf.loadLayersModel('/model/model.json'),
  fetch('/model/metadata.json').then((response) => response.json()),
])
const { size, channels, mean, std, crop } = metadata.input

/** The centre of an image, so that its shorter side is `size / crop` pixels and `size` of them are kept. */
function centre(image) {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  const scale = size / crop / Math.min(image.naturalWidth, image.naturalHeight)
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale]
  context.drawImage(image, (size - width) / 2, (size - height) / 2, width, height)
  return canvas
}

/** Calibrated probabilities of an image, most probable first. */
function predict(image) {
  const probabilities = tf.tidy(() => {
    const pixels = tf.browser.fromPixels(centre(image)).toFloat().div(255)
    const input = (channels === 1 ? pixels.mean(2, true) : pixels).sub(mean).div(std)
    const scaled = model.predict(input.expandDims(0)).div(metadata.temperature)
    return tf.softmax(metadata.classBias === undefined ? scaled : scaled.add(metadata.classBias)).dataSync()
  })
  return metadata.labels
    .map((label, i) => ({ label, probability: probabilities[i] }))
    .sort((a, b) => b.probability - a.probability)
}

async function show(file) {
  const image = new Image()
  image.src = URL.createObjectURL(file)
  await image.decode()
  const caption = document.createElement('figcaption')
  caption.textContent = predict(image)
    .slice(0, 2)
    .map(({ label, probability }) => `${label} ${(100 * probability).toFixed(1)} %`)
    .join(', ')
  const figure = document.createElement('figure')
  figure.append(image, caption)
  document.querySelector('main').append(figure)
}

document.querySelector('input').addEventListener('change', async ({ target }) => {
  for (const file of target.files) await show(file)
})
document.body.dataset.ready = 'true'
