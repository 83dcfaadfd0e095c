export function configurationPage(): string
