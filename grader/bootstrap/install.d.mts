export function isInstalled(folder?: string): boolean;
export function install(note: (text: string) => void, folder?: string): Promise<void>;
