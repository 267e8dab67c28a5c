export declare function bundleTfjs(options: { root: string; contents: string; outfile: string }): Promise<unknown>
