/** A variable's name is its layer's, a slash and its part: `layer1.0.bn1/gamma`. */

export const layerOf = (variable: string): string => variable.slice(0, variable.lastIndexOf('/'))
export const partOf = (variable: string): string => variable.slice(variable.lastIndexOf('/') + 1)
