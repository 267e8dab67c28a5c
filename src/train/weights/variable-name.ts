/** A variable's name is its layer's, a slash and its part: `layer1.0.bn1/gamma`. */

export const layerOf = (variable: string): string => variable.slice(0, variable.lastIndexOf('/'))
export const partOf = (variable: string): string => variable.slice(variable.lastIndexOf('/') + 1)

/** How a source names what the zoo calls `layer/part`; undefined where it has no such tensor. */
export interface Naming {
  name: 'torchvision' | 'torchvision before 0.3' | 'timm' | 'keras'
  stored(variable: string): string | undefined
}
