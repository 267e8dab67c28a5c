import type * as core from '@tensorflow/tfjs-core'
import type * as layers from '@tensorflow/tfjs-layers'
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'

/** tfjs-core with every gradient and chained op registered, and tfjs-layers on the same instance (built by scripts/build-tfjs.mjs). */
export type Tf = typeof core & typeof layers & { MathBackendCPU: typeof MathBackendCPU }
declare const tf: Tf
export default tf
