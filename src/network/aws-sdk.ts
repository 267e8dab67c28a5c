/** Called before a client is made: the SDK would tell each process, among its log's lines of JSON, which Node its later versions want. */
export function silenceUpgradeAdvice(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}
