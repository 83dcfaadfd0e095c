export function helpOfAll(allFlags: boolean): Promise<{ path: string; help: string }[]>
export function commandsPage(): Promise<string>
