/** The package ships no types of its own; its interface is onnxruntime-common's. */
declare module 'onnxruntime-node' {
  export * from 'onnxruntime-common'
}
