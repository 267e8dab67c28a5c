/** Specs of tfjs-core that the torch backend does not pass, by full name, and why. One that passes fails the test. */
export const TFJS_SPEC_EXCEPTIONS: Readonly<Record<string, string>> = {
  'maxPool torch {} [x=[3,3,1] f=[2,2] s=1 ignores NaNs':
    'Max pooling propagates NaN, as PyTorch does: a NaN in an activation has to reach the loss, which fails the job and names the step.',
}
