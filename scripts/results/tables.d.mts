/** A template with each {{directive argument ...}} replaced by what it stands for. */
export function filled(template: string): string
