// One check of a connection doctor.
export type DoctorStep = {
  id: string;
  title: string;
  detail?: string;
  state: 'passed' | 'failed' | 'running' | 'notReached';
  /** "8 ms" */
  took?: string;
};
