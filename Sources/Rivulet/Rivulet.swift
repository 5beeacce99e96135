@_exported public import RivuletClaims
@_exported public import RivuletClosedForm
@_exported public import RivuletCredit
@_exported public import RivuletFlow
@_exported public import RivuletNumerics
@_exported public import RivuletReport
@_exported public import RivuletStatistics
@_exported public import RivuletTraining
