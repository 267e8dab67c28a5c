/** Has the AWS SDK not warn of every version of Node but the newest ones; before it is loaded. */
export function quietAwsSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
}
