declare module '@20minutes/s3rver' {
  interface Store {
    putContent(path: string, content: Buffer | NodeJS.ReadableStream): Promise<[size: number, md5: string]>
    putMetadata(bucket: string, key: string, metadata: object, md5?: string): Promise<void>
  }
  export default class S3rver {
    readonly store: Store
    constructor(options: {
      port: number
      address: string
      silent: boolean
      allowMismatchedSignatures: boolean
      directory: string
      configureBuckets: { name: string }[]
    })
    run(): Promise<{ port: number }>
    close(): Promise<void>
  }
}
