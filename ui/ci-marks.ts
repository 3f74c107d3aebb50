import type { CiService } from './ci-service.ts';
import { sectionMark } from './terminal.ts';

/** Lines around a block of output. */
export interface Marks {
  readonly open: readonly string[];
  readonly close: readonly string[];
}

export interface MarkedBlock {
  readonly title: string;
  /** Unlike that of any other block of the run. */
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The lines that make a service show a block folded under its title. */
export function foldMarks(service: CiService, block: MarkedBlock): Marks {
  const { title } = block;
  switch (service) {
    case 'github':
      return { open: [`::group::${escapeGithub(title)}`], close: ['::endgroup::'] };
    case 'gitlab':
      return gitlabMarks(block, '[collapsed=true]');
    case 'azure':
      return { open: [`##[group]${oneLine(title)}`], close: ['##[endgroup]'] };
    case 'buildkite':
      return { open: [`--- ${oneLine(title)}`], close: [] };
    case 'teamcity': {
      const name = escapeTeamcity(title);
      return { open: [`##teamcity[blockOpened name='${name}']`], close: [`##teamcity[blockClosed name='${name}']`] };
    }
  }
}

/** The same of a block that stands open. Where a service shows plain output open, it is plain output. */
export function openMarks(service: CiService, block: MarkedBlock): Marks {
  if (service === 'gitlab') return gitlabMarks(block, '');
  if (service === 'buildkite') return { open: [`+++ ${oneLine(block.title)}`], close: [] };
  return { open: [], close: [] };
}

/** What ends the fold before it, where folds have no end of their own. */
export function headingMark(service: CiService, title: string): string | undefined {
  return service === 'buildkite' ? `+++ ${title}` : undefined;
}

/** Unfolds the block that the line after it falls into. */
export function revealMark(service: CiService): string | undefined {
  return service === 'buildkite' ? '^^^ +++' : undefined;
}

/** Something wrong, in a file where that is known. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly place?: { readonly file: string; readonly line: number; readonly column?: number };
}

/** The line that makes a service list a mistake; `undefined` where it has no such list. */
export function annotationMark(service: CiService, { title, message, place }: Annotation): string | undefined {
  if (service === 'github') {
    const properties = { file: place?.file, line: place?.line, col: place?.column, title };
    return `::error ${propertiesOf(properties, ',', escapeGithubProperty)}::${escapeGithub(message)}`;
  }
  if (service === 'azure') {
    const properties = { type: 'error', sourcepath: place?.file, linenumber: place?.line, columnnumber: place?.column };
    return `##vso[task.logissue ${propertiesOf(properties, ';', escapeAzure)}]${escapeAzure(`${title}: ${message}`)}`;
  }
  return undefined;
}

type Properties = Readonly<Record<string, string | number | undefined>>;

function propertiesOf(properties: Properties, separator: string, escape: (text: string) => string): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${escape(String(value))}`).join(separator);
}

/** The time between the two is what GitLab shows beside the title. */
function gitlabMarks({ title, number, startedAt, endedAt }: MarkedBlock, option: string): Marks {
  const mark = (kind: string, at: number) => `section_${kind}:${Math.floor(at / 1000)}:reprise_${number}`;
  return {
    open: [sectionMark(`${mark('start', startedAt)}${option}`, oneLine(title))],
    close: [sectionMark(mark('end', endedAt), '')],
  };
}

/** As the toolkit of GitHub's actions does it. */
function escapeGithub(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeGithubProperty(text: string): string {
  return escapeGithub(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** As the task library of Azure's agent does it. */
function escapeAzure(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll(';', '%3B').replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll(']', '%5D');
}

function escapeTeamcity(text: string): string {
  return text
    .replace(/['|[\]]/g, '|$&')
    .replaceAll('\n', '|n')
    .replaceAll('\r', '|r')
    .replace(/[\u0080-\uffff]/g, teamcityUnit);
}

function teamcityUnit(unit: string): string {
  return `|0x${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
